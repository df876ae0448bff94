import { describe, expect, test } from 'vitest';
import type { Word } from '../../src/model/word.ts';
import type { Store } from '../../src/ports/store.ts';
import type { DrawPosition, TaughtState } from '../../src/ports/words.ts';
import type { OpenStore } from './opened-store.ts';
import { HOSTILE_IDS, idsOf, present, sampleWord, second, storedWords } from './samples.ts';

export function drawingContract(open: OpenStore): void {
  describe('drawing words', () => {
    test('walks through the ids from any start, visits each word once, and ends with the last', async () => {
      const { store } = await open();
      const ids = idsOf(await storedWords(store, 'a', 17)).sort();
      await storedWords(store, 'b', 3);
      const [low, mid, high] = [present(ids[0]), present(ids[8]), present(ids[16])];
      for (const start of ['', '0', '8', 'f', 'zzzz', low, mid, high, `${mid}0`, `${high}0`]) {
        const ring = [...ids.filter((id) => id >= start), ...ids.filter((id) => id < start)];
        for (const limit of start === mid ? [1, 4, 16, 17, 18, 100] : [5])
          expect(await walked(store, start, limit), `${start} by ${limit}`).toEqual(ring);
      }
    });

    test('knows the highest id', async () => {
      const { store } = await open();
      const words = await storedWords(store, 'a', 9);
      await store.setWordState('a', idsOf(words.slice(0, 4)), 'pending');
      expect(await store.lastWordId('a', 'pending')).toBe(idsOf(words.slice(0, 4)).sort().at(-1));
      expect(await store.lastWordId('a', 'teaching')).toBe(idsOf(words.slice(4)).sort().at(-1));
      await store.removeWords('a', idsOf(words));
      for (const id of ['a', 'none', ...HOSTILE_IDS])
        expect(await store.lastWordId(id, 'teaching')).toBeNull();
    });

    test('starts at any text, also at one that no id can be', async () => {
      const { store } = await open();
      const ids = idsOf(await storedWords(store, 'a', 3)).sort();
      for (const start of HOSTILE_IDS) expect((await walked(store, start, 2)).sort()).toEqual(ids);
    });

    test('returns complete words of one state', async () => {
      const { store } = await open();
      const words = await storedWords(store, 'a', 6);
      const pending = await store.setWordState('a', idsOf(words.slice(0, 2)), 'pending');
      await store.setWordState('a', idsOf(words.slice(2, 3)), 'learned');
      const start = { start: '', after: null, wrapped: false };
      const drawnPending = await store.drawWords('a', 'pending', start, 50);
      expect([...drawnPending.words].sort(byAge)).toEqual(pending);
      expect(drawnPending.next).toBeNull();
      const drawnTeaching = await store.drawWords('a', 'teaching', start, 50);
      expect([...drawnTeaching.words].sort(byAge)).toEqual(words.slice(3));
    });

    test('ends at once if there are no words', async () => {
      const { store } = await open();
      await storedWords(store, 'a', 2, { state: 'learned' });
      const start = { start: 'x', after: null, wrapped: false };
      for (const id of ['a', 'none', ...HOSTILE_IDS])
        expect(await store.drawWords(id, 'teaching', start, 5)).toEqual({ words: [], next: null });
    });

    test('draws every word that stays in the state exactly once, whatever other callers do', async () => {
      const { store } = await open();
      const words = await storedWords(store, 'a', 40);
      const leaving = words.filter((_, index) => index % 4 === 0);
      const removed = words.filter((_, index) => index % 4 === 1);
      let step = 0;
      const drawn = await walked(store, present(words[7]).id, 3, 'teaching', async () => {
        const [leaver, goner] = [leaving[step], removed[step]];
        if (leaver !== undefined) await store.setWordState('a', [leaver.id], 'learned');
        if (goner !== undefined) await store.removeWords('a', [goner.id]);
        if (step < 5) await store.addWords('a', [sampleWord('a', `new ${step}`, { createdAt: second(99) })]);
        step += 1;
      });
      expect(new Set(drawn).size).toBe(drawn.length);
      const stayed = words.filter((_, index) => index % 4 > 1);
      expect(drawn).toEqual(expect.arrayContaining(idsOf(stayed)));
    });

    test('goes on after a word that was drawn and is removed', async () => {
      const { store } = await open();
      const ids = idsOf(await storedWords(store, 'a', 10)).sort();
      const drawn = await walked(store, present(ids[5]), 1, 'teaching', async (last) => {
        await store.removeWords('a', [last.id]);
      });
      expect(drawn).toEqual([...ids.slice(5), ...ids.slice(0, 5)]);
    });
  });
}

/** The ids in the order of the walk. Every draw but the last must be full, and the last must not be empty. */
async function walked(
  store: Store,
  start: string,
  limit: number,
  state: TaughtState = 'teaching',
  between?: (last: Word) => Promise<void>,
): Promise<string[]> {
  const ids: string[] = [];
  for (let from: DrawPosition | null = { start, after: null, wrapped: false }; from !== null; ) {
    const draw = await store.drawWords('a', state, from, limit);
    ids.push(...idsOf(draw.words));
    expect(ids.length, 'a walk of these tests is shorter').toBeLessThan(100);
    if (draw.next !== null) expect(draw.words).toHaveLength(limit);
    if (between === undefined) expect(draw.words).not.toEqual([]);
    else if (draw.next !== null) await between(present(draw.words.at(-1)));
    from = draw.next;
  }
  return ids;
}

function byAge(one: Word, other: Word): number {
  return one.createdAt.getTime() - other.createdAt.getTime();
}
