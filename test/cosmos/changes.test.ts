import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Store } from '../../src/ports/store.ts';
import { idsOf, storedWords } from '../contract/samples.ts';
import { type Emulator, startEmulator } from '../emulators/cosmos-emulator.ts';
import { behindProxy } from './behind-proxy.ts';
import { nextSecond } from './next-second.ts';

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator();
});
afterAll(() => emulator.stop());

const markOf = async (store: Store) => (await store.changeMark('a')).mark;

test('the mark of a profile differs after a word is removed that was written long before the last ones', async () => {
  const { store } = await behindProxy(emulator);
  const ids = idsOf(await storedWords(store, 'a', 45));
  await nextSecond();
  await store.setWordState('a', ids.slice(0, 3), 'pending');
  const marks = [await markOf(store)];
  expect(await markOf(store)).toBe(marks[0]);
  for (const id of ids.slice(3, 30)) {
    await store.removeWords('a', [id]);
    marks.push(await markOf(store));
  }
  expect(new Set(marks).size).toBe(28);
});

test('the mark of a profile stays the same after many words, and many records of top-ups, were written within a second', async () => {
  const { store, direct } = await behindProxy(emulator);
  await nextSecond();
  const [first = ''] = idsOf(await storedWords(store, 'a', 45));
  await nextSecond();
  const { items } = direct.database.container('top_ups');
  await Promise.all(
    Array.from({ length: 210 }, (_, i) => items.create({ id: `other ${i}`, profile_id: 'a' })),
  );
  const before = await markOf(store);
  for (let i = 0; i < 3; i += 1) expect(await markOf(store)).toBe(before);
  await store.setWordState('a', [first], 'pending');
  const after = await markOf(store);
  expect(after).not.toBe(before);
  expect(await markOf(store)).toBe(after);
});
