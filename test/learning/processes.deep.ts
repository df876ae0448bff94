import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Emulator, startEmulator } from '../emulators/cosmos-emulator.ts';
import { checkLearned } from '../support/check-learned.ts';
import { ReviewDialog, reviewOf } from '../support/practice.ts';
import { sharedCourse } from './two-processes.ts';

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator();
});
afterAll(() => emulator.stop());

describe.each([
  ['a data file', () => null],
  ['Azure Cosmos DB', () => emulator],
])('two server processes on %s', (_, emulatorOrFile) => {
  test('that review the same and different dialogs of a profile at once count each review once', async () => {
    const { store, dialogs, start } = await sharedCourse(emulatorOrFile(), { words: 6, dialogs: 4 });
    const servers = await Promise.all([start(), start()]);
    const answers = await Promise.all(
      dialogs.flatMap((dialog) => servers.map((server) => server.ask(ReviewDialog, reviewOf(dialog)))),
    );
    for (const [index, dialog] of dialogs.entries()) {
      const [one, other] = answers.slice(2 * index, 2 * index + 2);
      expect(one?.reviewDialog.dialog).toMatchObject({
        id: dialog.id,
        review: { results: [{ grade: 'GOOD' }] },
      });
      expect(other?.reviewDialog.dialog).toEqual(one?.reviewDialog.dialog);
    }
    expect(await checkLearned(store, 'course')).toHaveLength(24);
    const [learning] = await store.learnings(['course']);
    // Each word was reviewed four times on one day, or on two if it was midnight.
    expect([6, 12]).toContain(learning?.reviews);
  });
});
