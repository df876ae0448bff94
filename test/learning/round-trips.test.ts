import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { inProcessEvents } from '../../src/adapters/system/in-process-events.ts';
import { systemClock } from '../../src/adapters/system/system-clock.ts';
import { createLearningService } from '../../src/learning/learning-service.ts';
import { Population } from '../../src/learning/population.ts';
import { openIssuer } from '../access/issuer.ts';
import { day, review, storedPractice } from '../contract/review-samples.ts';
import { present } from '../contract/samples.ts';
import { behindProxy } from '../cosmos/behind-proxy.ts';
import { type Emulator, startEmulator } from '../emulators/cosmos-emulator.ts';
import { graphql } from '../generated/index.ts';
import { memoryLog } from '../support/memory-log.ts';
import { openObservedStore } from '../support/observed-store.ts';
import { ReviewDialog } from '../support/practice.ts';
import { openTestApp, tempSqliteStore } from '../support/test-app.ts';
import { longestChain, traced } from '../support/traced-store.ts';

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator();
});
afterAll(() => emulator.stop());

const ReviewBriefly = graphql(`
  mutation ReviewBriefly($profileId: ID!, $dialogId: ID!, $results: [WordResultInput!]!) {
    reviewDialog(profileId: $profileId, dialogId: $dialogId, results: $results) { dialog { id } }
  }
`);

const request = (dialog: { id: string; wordId: string } | undefined) => ({
  profileId: 'a',
  dialogId: present(dialog).id,
  results: [{ wordId: present(dialog).wordId, grade: 'GOOD' as const }],
});

describe('a review of one of many dialogs', () => {
  test('is answered after one call of the embedded store, in one transaction', async () => {
    const { store, during } = await openObservedStore();
    const { dialogs } = await storedPractice(store, { words: 2, dialogs: 2 });
    const log = memoryLog();
    const population = new Population({ store, clock: systemClock, log });
    // It reads nothing then.
    await population.finish();
    const learning = createLearningService({
      store,
      clock: systemClock,
      log,
      population,
      newId: randomUUID,
      events: inProcessEvents(memoryLog()),
    });
    const { calls, statements } = await during(async () => {
      const { profileId, id, wordId } = present(dialogs[0]?.[0]);
      await learning.reviewDialog(profileId, id, { results: [{ wordId, grade: 'good' }], rating: 3 });
    });
    expect(calls).toEqual(['storeReview']);
    expect(statements.length).toBeLessThanOrEqual(8);
  });

  test('and all of its answer need two round trips in a row to the embedded store', async () => {
    const bare = await tempSqliteStore();
    const { dialogs } = await storedPractice(bare, { words: 1, dialogs: 3 });
    const { store, calls } = traced(bare);
    const { ask } = await openTestApp({ store });
    for (const dialog of dialogs.flat()) {
      const from = calls.length;
      await ask(ReviewDialog, request(dialog));
      // The second reads the earlier versions, for `versions`.
      expect(longestChain(calls.slice(from))).toBeLessThanOrEqual(2);
    }
  });

  test('needs three round trips in a row on Azure Cosmos DB for a learner too, whose right is read with the rest', async () => {
    const { store, proxy, direct } = await behindProxy(emulator);
    const { dialogs } = await storedPractice(direct.store, { words: 1, dialogs: 2 });
    await direct.store.updateProfile('a', { ownerId: 'alice' });
    const issuer = await openIssuer();
    const { send, learning } = await openTestApp({ store, authenticate: issuer.authenticate });
    // Other profiles are not read then, which nobody waits for.
    await learning.finish();
    const alice = await issuer.token('alice', 'learner');
    for (const dialog of dialogs.flat()) {
      proxy.reset();
      const { data } = await send(ReviewBriefly, request(dialog), alice);
      expect(data?.reviewDialog.dialog.id).toBe(dialog.id);
      expect(proxy.roundTrips()).toBeLessThanOrEqual(3);
    }
  });

  test('needs three round trips in a row on Azure Cosmos DB', async () => {
    const { store, proxy, direct } = await behindProxy(emulator);
    const { dialogs } = await storedPractice(direct.store, { words: 3, dialogs: 3 });
    const requests: number[] = [];
    for (const [index, dialog] of dialogs.flat().entries()) {
      proxy.reset();
      await review(store, dialog, 'good', day(index));
      expect(proxy.roundTrips()).toBeLessThanOrEqual(3);
      requests.push(proxy.exchanges.length);
    }
    expect(Math.max(...requests)).toBeLessThanOrEqual(10);

    proxy.reset();
    const repeated = await review(store, dialogs[0]?.[0], 'good', day(20));
    expect(repeated.isNew).toBe(false);
    expect(proxy.roundTrips()).toBeLessThanOrEqual(3);
    expect(proxy.exchanges.filter(({ method }) => method !== 'GET')).toHaveLength(1);
  });
});
