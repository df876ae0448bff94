import type { DocumentNode } from 'graphql';
import { LRUCache } from 'lru-cache';

/** Most characters of all remembered documents together. Parsed, they take up to 200 times as many bytes. */
export const MAX_CHARACTERS = 300_000;

/**
 * Remembers parsed documents by their text, those used last. It is bounded by their size, not only by their number as
 * yoga's own is: a client that sends large documents, each a little different, must not fill the memory.
 */
export function documentCache() {
  return new LRUCache<string, DocumentNode>({
    maxSize: MAX_CHARACTERS,
    sizeCalculation: (_, text) => text.length,
  });
}

/** Mistakes in documents are not remembered: they are found again as fast. */
export const noErrorCache = { get: () => undefined, set: () => undefined };
