import type { Position } from '../../model/page.ts';
import type { Word } from '../../model/word.ts';
import type { WordStore } from '../../ports/words.ts';

/** How many words are read at once. */
const PAGE = 100;
/** The most words with the same date that are sorted. */
const MAX_SORTED = 5_000;

/**
 * The words of a profile, oldest first, in batches of at most `PAGE`. Words of the same millisecond are ordered by their
 * texts, and not by their ids as in a store, so that the same words are in the same order in every profile. If there are
 * more than `MAX_SORTED` of them, only each part of that size is sorted.
 */
export async function* wordsInOrder(store: WordStore, profileId: string): AsyncIterable<readonly Word[]> {
  let waiting: Word[] = [];
  let after: Position | null = null;
  for (;;) {
    const { nodes, hasNextPage } = await store.wordPage(profileId, null, { first: PAGE, after });
    after = nodes.at(-1) ?? after;
    waiting.push(...nodes);
    const isLast = !hasNextPage || waiting.length >= MAX_SORTED;
    const newest = waiting.at(-1)?.createdAt.getTime();
    const sortable = isLast ? waiting : waiting.filter(({ createdAt }) => createdAt.getTime() !== newest);
    waiting = waiting.slice(sortable.length);
    const sorted = sortable.toSorted(byDateAndText);
    for (let begin = 0; begin < sorted.length; begin += PAGE) yield sorted.slice(begin, begin + PAGE);
    if (!hasNextPage) return;
  }
}

function byDateAndText(one: Word, other: Word): number {
  const difference = one.createdAt.getTime() - other.createdAt.getTime();
  if (difference !== 0) return difference;
  return one.text < other.text ? -1 : Number(one.text > other.text);
}
