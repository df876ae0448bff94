import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Dialog } from '../../src/model/dialog.ts';
import { type Emulator, startEmulator } from '../emulators/cosmos-emulator.ts';
import type { Server } from '../llm/server.ts';
import { checkLearned } from '../support/check-learned.ts';
import { ReviewDialog, reviewOf } from '../support/practice.ts';
import { seededRandom } from '../support/random.ts';
import { sharedCourse } from './two-processes.ts';

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator();
});
afterAll(() => emulator.stop());

const ROUNDS = 8;
/** Fewer than are replayed by a consolidation, which would take the first ones off the list that is checked. */
const DIALOGS_PER_ROUND = 6;

describe.each([
  ['a data file', () => null],
  ['Azure Cosmos DB', () => emulator],
])('server processes on %s', (_, emulatorOrFile) => {
  test('that are killed during reviews have counted each review once after the clients repeated theirs', async () => {
    const course = await sharedCourse(emulatorOrFile(), { words: 6, dialogs: ROUNDS });
    const { store, dialogs, start } = course;
    const random = seededRandom(11);
    const survivor = await start();
    let lost = 0;
    for (let round = 0; round < ROUNDS; round += 1) {
      const batch = dialogs.slice(round * DIALOGS_PER_ROUND, (round + 1) * DIALOGS_PER_ROUND);
      const doomed = await start();
      const reviewOn = (server: Server) =>
        Promise.allSettled(batch.map((dialog) => server.ask(ReviewDialog, reviewOf(dialog))));
      const both = Promise.all([reviewOn(doomed), reviewOn(survivor)]);
      // The first kill comes before any answer can.
      if (round > 0) await pause(random() * 60);
      expect(await doomed.end('SIGKILL')).toBe(null);
      const [cutOff, whole] = await both;
      lost += cutOff.filter(({ status }) => status === 'rejected').length;
      for (const { status } of whole) expect(status).toBe('fulfilled');
    }
    expect(lost).toBeGreaterThan(0);
    expect(await checkLearned(store, 'course')).toHaveLength(dialogs.length);
  });

  test('that die alone leave nothing that the repeated requests do not complete', async () => {
    const { store, dialogs, start } = await sharedCourse(emulatorOrFile(), { words: 6, dialogs: ROUNDS });
    const random = seededRandom(12);
    const unanswered: Dialog[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const batch = dialogs.slice(round * DIALOGS_PER_ROUND, (round + 1) * DIALOGS_PER_ROUND);
      const doomed = await start();
      const cutOff = Promise.allSettled(batch.map((dialog) => doomed.ask(ReviewDialog, reviewOf(dialog))));
      // The first kill comes before any answer can.
      if (round > 0) await pause(random() * 60);
      expect(await doomed.end('SIGKILL')).toBe(null);
      for (const [index, { status }] of (await cutOff).entries()) {
        const dialog = batch[index];
        if (status === 'rejected' && dialog) unanswered.push(dialog);
      }
    }
    expect(unanswered.length).toBeGreaterThan(0);
    const survivor = await start();
    for (const dialog of unanswered) await survivor.ask(ReviewDialog, reviewOf(dialog));
    expect(await checkLearned(store, 'course')).toHaveLength(dialogs.length);
  });
});
