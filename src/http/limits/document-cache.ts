import type { DocumentNode } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { LRUCache } from 'lru-cache';

/** Most characters of all cached documents together. Parsed, they take up to 200 times as many bytes. */
export const MAX_CHARACTERS = 300_000;

/**
 * Caches parsed documents by their text, those used last. Yoga's own cache is bounded by their number only, so that a
 * client could fill the memory with large documents that each differ a little. This one is bounded by their size.
 */
export function documentCache() {
  return new LRUCache<string, DocumentNode>({
    maxSize: MAX_CHARACTERS,
    sizeCalculation: (_, text) => text.length,
  });
}

/** Errors of documents are not cached, because finding them again is as fast. */
export const noErrorCache = { get: () => undefined, set: () => undefined };

/**
 * Remembers the result of validating each parsed document. The rules must be the same for all requests. Yoga's own cache
 * joins the names of all rules for each request, and sets a timer in each millisecond.
 */
export function useValidationCache(): Plugin {
  const known = new WeakMap<DocumentNode, readonly Error[]>();
  return {
    onValidate({ params: { documentAST }, setResult }) {
      const result = known.get(documentAST);
      if (result !== undefined) return setResult(result);
      return ({ result }) => void known.set(documentAST, result);
    },
  };
}
