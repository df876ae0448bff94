import { z } from 'zod';
import type { Word } from '../../model/word.ts';
import type { WordStore } from '../../ports/words.ts';
import type { Containers } from './client/containers.ts';
import { CAN_HAVE_DIALOGS, IS_WORD_IN_STATES, parseWord, WORD_FIELDS } from './documents/word-document.ts';

/** What every document has. */
const identified = z.looseObject({ id: z.string() });

export function drawWordsMethods({ words }: Containers): Pick<WordStore, 'drawWords' | 'lastWordId'> {
  return {
    /** Sends one query, and a second one if the draw reaches the end of the ids and goes on from their beginning. */
    async drawWords(profileId, state, { start, after, wrapped }, limit) {
      const find = (where: string, count: number, values: Record<string, string>) => {
        const query = {
          select: WORD_FIELDS,
          top: count,
          where: `${IS_WORD_IN_STATES} AND ${CAN_HAVE_DIALOGS} AND ${where}`,
          orderBy: 'c.id',
          values: { '@states': [state], ...values },
        };
        return words.queryProfile(profileId, query, drawnDocument);
      };
      const findToEnd = () =>
        after === null
          ? find('c.id >= @start', limit + 1, { '@start': start })
          : find('c.id > @after', limit + 1, { '@after': after });
      const findToStart = (from: string, count: number) =>
        find('c.id > @after AND c.id < @start', count, { '@after': from, '@start': start });

      // One document more than the limit tells whether the walk goes on.
      const toEnd = wrapped ? [] : await findToEnd();
      const reachesEnd = toEnd.length <= limit;
      const toStart = reachesEnd
        ? await findToStart(wrapped ? (after ?? '') : '', limit + 1 - toEnd.length)
        : [];
      const found = [...toEnd, ...toStart];
      const drawn = found.slice(0, limit);
      const result = drawn.flatMap(({ word }) => word ?? []);
      const last = drawn.at(-1);
      if (found.length <= limit || last === undefined) return { words: result, next: null };
      return {
        words: result,
        next: { start, after: last.id, wrapped: wrapped || drawn.length > toEnd.length },
      };
    },

    async lastWordId(profileId, state) {
      const query = {
        select: 'c.id',
        top: 1,
        where: `${IS_WORD_IN_STATES} AND ${CAN_HAVE_DIALOGS}`,
        orderBy: 'c.id DESC',
        values: { '@states': [state] },
      };
      const [last] = await words.queryProfile(profileId, query, (found) => identified.parse(found));
      return last?.id ?? null;
    },
  };
}

/** A document that a query has found; null if it is no word after all. The walk goes on after it in either case. */
function drawnDocument(found: unknown): { id: string; word: Word | null } {
  return { id: identified.parse(found).id, word: parseWord(found) };
}
