import { describe, expect, test } from 'vitest';
import { StoreUnavailable } from '../../src/model/errors.ts';
import type { Store } from '../../src/ports/store.ts';
import type { OpenStore } from './opened-store.ts';
import { samplePromptState } from './prompt-samples.ts';
import { sampleRules } from './review-samples.ts';
import {
  present,
  sampleDialog,
  sampleProfile,
  sampleTopUp,
  sampleWord,
  second,
  storedPool,
} from './samples.ts';

const page = { first: 1, after: null };
const word = sampleWord('a', 'word 0');
const key = { profileId: 'a', wordId: word.id };
const lease = { key: 'a', owner: 'one', version: '1' };

/** A call of every method but `close`. */
export const CALLS: Record<Exclude<keyof Store, 'close'>, (store: Store) => Promise<unknown>> = {
  createProfile: (store) => store.createProfile(sampleProfile('c')),
  updateProfile: (store) => store.updateProfile('a', { name: 'x' }),
  deleteProfile: (store) => store.deleteProfile('a'),
  profiles: (store) => store.profiles(['a']),
  profilePage: (store) => store.profilePage(page),
  addWords: (store) => store.addWords('a', [word]),
  words: (store) => store.words([key]),
  wordPage: (store) => store.wordPage('a', null, page),
  wordCounts: (store) => store.wordCounts(['a']),
  learnedTexts: (store) => store.learnedTexts('a', 1),
  setWordState: (store) => store.setWordState('a', [word.id], 'learned'),
  removeWords: (store) => store.removeWords('a', [word.id]),
  dialogs: (store) => store.dialogs([{ profileId: 'a', dialogId: `${word.id}.0` }]),
  dialogPage: (store) => store.dialogPage('a', null, page),
  dialogCounts: (store) => store.dialogCounts(['a']),
  unusedDialogs: (store) => store.unusedDialogs([key]),
  claimDialogs: (store) => store.claimDialogs('a', 1, second(1), 'claim'),
  markDialogUsed: (store) => store.markDialogUsed('a', `${word.id}.0`, second(1)),
  unusedTotal: (store) => store.unusedTotal('a'),
  drawWords: (store) => store.drawWords('a', 'teaching', { start: '', after: null, wrapped: false }, 1),
  lastWordId: (store) => store.lastWordId('a', 'teaching'),
  survey: (store) => store.survey('a', [word.id]),
  latestDialogs: (store) => store.latestDialogs('a', 1),
  createDialog: (store) => store.createDialog(sampleDialog(word)),
  takeLease: (store) => store.takeLease('a', 'one', null),
  renewLease: (store) => store.renewLease(lease),
  releaseLease: (store) => store.releaseLease(lease),
  silentDialogPage: (store) => store.silentDialogPage('a', page),
  saveRecordings: (store) => store.saveRecordings('a', `${word.id}.0`, new Map([['x', 'x.mp3']])),
  voicedTotals: (store) => store.voicedTotals(['a']),
  createTopUp: (store) => store.createTopUp(sampleTopUp('a', 'one')),
  saveTopUp: (store) => store.saveTopUp({ ...sampleTopUp('a', 'one'), version: '1' }),
  requestCancel: (store) => store.requestCancel('a', 'one'),
  topUpRecords: (store) => store.topUpRecords([{ profileId: 'a', topUpId: 'one' }]),
  topUpPage: (store) => store.topUpPage('a', page),
  currentTopUps: (store) => store.currentTopUps(['a']),
  reserveCalls: (store) => store.reserveCalls('a', '2026-01-01', 1, null),
  returnCalls: (store) => store.returnCalls('a', '2026-01-01', 1),
  callsOn: (store) => store.callsOn([{ profileId: 'a', day: '2026-01-01' }]),
  promptState: (store) => store.promptState('model'),
  editPromptState: (store) => store.editPromptState('model', () => samplePromptState()),
  storeReview: (store) =>
    store.storeReview({ profileId: 'a', dialogId: `${word.id}.0` }, [word.id], sampleRules()),
  learnings: (store) => store.learnings(['a']),
  editLearning: (store) => store.editLearning('a', () => null),
  learningVersions: (store) => store.learningVersions([{ profileId: 'a', version: 1 }]),
  deleteLearningVersions: (store) => store.deleteLearningVersions('a', 2),
  editWords: (store) => store.editWords('a', [word.id], () => null),
  latestReviews: (store) => store.latestReviews('a', 1),
  changeMark: (store) => store.changeMark('a', null),
  checkWritable: (store) => store.checkWritable(null),
};

/** Reads that ask for nothing. */
export const EMPTY_READS: readonly ((store: Store) => Promise<unknown>)[] = [
  (store) => store.profiles([]),
  (store) => store.words([]),
  (store) => store.wordPage('a', [], page),
  (store) => store.wordCounts([]),
  (store) => store.dialogs([]),
  (store) => store.dialogCounts([]),
  (store) => store.unusedDialogs([]),
  (store) => store.voicedTotals([]),
  (store) => store.topUpRecords([]),
  (store) => store.currentTopUps([]),
  (store) => store.callsOn([]),
  (store) => store.learnings([]),
  (store) => store.learningVersions([]),
];

export function misuseContract(open: OpenStore): void {
  describe('a closed store', () => {
    test('is unavailable to every call, and can be closed again', async () => {
      const { store } = await open();
      await storedPool(store, 'a', 1);
      await store.close();
      await store.close();
      for (const [method, call] of Object.entries(CALLS))
        await expect(call(store), method).rejects.toMatchObject({
          code: 'STORE_UNAVAILABLE',
          retryable: true,
        });
      for (const call of EMPTY_READS)
        await expect(call(store), String(call)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
      await store.close();
    });

    test('leaves its data, and other stores on the same data, as they were', async () => {
      const { store, another } = await open();
      const dialog = present((await storedPool(store, 'a', 1))[0]);
      const other = await another();
      await store.close();
      expect(await other.unusedDialogs([dialog])).toEqual([dialog]);
      await other.checkWritable(null);
    });

    test('has completed every earlier call, or ended it with StoreUnavailable', async () => {
      const { store, another } = await open();
      await store.createProfile(sampleProfile('a'));
      const other = await another();
      const adding = store.addWords('a', [word]).then(
        () => true,
        (error: unknown) => expect(error).toBeInstanceOf(StoreUnavailable),
      );
      await store.close();
      if ((await adding) === true) expect(await other.words([key])).toEqual([word]);
    });
  });
}
