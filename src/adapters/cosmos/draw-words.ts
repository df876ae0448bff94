import type { WordStore } from '../../ports/words.ts';
import type { Containers } from './client/containers.ts';
import { CAN_HAVE_DIALOGS, IS_WORD_IN_STATES, parseWord } from './documents/word-document.ts';

export function drawWordsMethods({ words }: Containers): Pick<WordStore, 'drawWords' | 'lastWordId'> {
  return {
    /** Sends one query, and a second one if the draw reaches the end of the ids and goes on from their beginning. */
    async drawWords(profileId, state, { start, after, wrapped }, limit) {
      const find = (where: string, count: number, values: Record<string, string>) => {
        const query = {
          select: 'c.id, c.profile_id, c.text, c.translation, c.state, c.created_at',
          top: count,
          where: `${IS_WORD_IN_STATES} AND ${CAN_HAVE_DIALOGS} AND ${where}`,
          orderBy: 'c.id',
          values: { '@states': [state], ...values },
        };
        return words.queryProfile(profileId, query, parseWord);
      };
      const findToEnd = () =>
        after === null
          ? find('c.id >= @start', limit + 1, { '@start': start })
          : find('c.id > @after', limit + 1, { '@after': after });
      const findToStart = (from: string, count: number) =>
        find('c.id > @after AND c.id < @start', count, { '@after': from, '@start': start });

      // One word more than the limit tells whether the walk goes on.
      const toEnd = wrapped ? [] : await findToEnd();
      const reachesEnd = toEnd.length <= limit;
      const toStart = reachesEnd
        ? await findToStart(wrapped ? (after ?? '') : '', limit + 1 - toEnd.length)
        : [];
      const drawn = [...toEnd, ...toStart].slice(0, limit);
      const hasMore = toEnd.length + toStart.length > limit;
      const last = drawn.at(-1);
      if (!hasMore || last === undefined) return { words: drawn, next: null };
      return {
        words: drawn,
        next: { start, after: last.id, wrapped: wrapped || drawn.length > toEnd.length },
      };
    },

    async lastWordId(profileId, state) {
      const query = {
        select: 'c.id, c.profile_id, c.text, c.translation, c.state, c.created_at',
        top: 1,
        where: `${IS_WORD_IN_STATES} AND ${CAN_HAVE_DIALOGS}`,
        orderBy: 'c.id DESC',
        values: { '@states': [state] },
      };
      const [word] = await words.queryProfile(profileId, query, parseWord);
      return word?.id ?? null;
    },
  };
}
