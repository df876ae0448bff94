import type { SkippedWordRecord, TopUpRecord } from './top-up-record.ts';

/** The most ids of dialogs in a record. */
export const MAX_CREATED_IDS = 1_000;
/** The most skipped words in a record. */
export const MAX_SKIPPED = 2_500;
/** The longest message of a skipped word, in UTF-16 code units. */
const MAX_SKIP_MESSAGE = 200;
/** The most bytes that skipped words take as JSON. 2,500 words without messages take about half of it. */
const MAX_SKIPPED_BYTES = 524_288;

/**
 * The lists of a record as they are stored: the first 1,000 ids, and the first skipped words, at most 2,500 and 512 KB.
 * Longer messages are cut. So a record fits into any store's document, and the records of a profile into memory.
 */
export function boundedLists({ createdIds, skipped }: Pick<TopUpRecord, 'createdIds' | 'skipped'>): {
  readonly createdIds: readonly string[];
  readonly skipped: readonly SkippedWordRecord[];
} {
  const kept: SkippedWordRecord[] = [];
  let bytes = 0;
  for (const { wordId, reason, message } of skipped.slice(0, MAX_SKIPPED)) {
    const one = { wordId, reason, message: message === null ? null : shortened(message) };
    bytes += Buffer.byteLength(JSON.stringify(one)) + 1;
    if (bytes > MAX_SKIPPED_BYTES) break;
    kept.push(one);
  }
  return { createdIds: createdIds.slice(0, MAX_CREATED_IDS), skipped: kept };
}

/** A character of two code units that is cut in half becomes the replacement character. */
function shortened(message: string): string {
  return message.length <= MAX_SKIP_MESSAGE ? message : message.slice(0, MAX_SKIP_MESSAGE).toWellFormed();
}
