import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Store } from '../../src/ports/store.ts';
import { idsOf, storedWords } from '../contract/samples.ts';
import { type Emulator, startEmulator } from '../emulators/cosmos-emulator.ts';
import { until } from '../support/until.ts';
import { behindProxy } from './behind-proxy.ts';

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator();
});
afterAll(() => emulator.stop());

/** The service notes in seconds when a document was written. Waits until it notes another one. */
async function nextSecond(): Promise<void> {
  const now = () => Math.floor(Date.now() / 1_000);
  const before = now();
  await until(() => now() > before);
}

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
