import { setMaxListeners } from 'node:events';
import type { HttpClient } from '@azure/core-rest-pipeline';
import { StoreUnavailable } from '../../model/errors.ts';
import type { NewId, Random } from '../../ports/clock.ts';
import { addCost, type Cost, runWithCost } from '../../ports/cost.ts';
import type { Log } from '../../ports/log.ts';
import type { Store } from '../../ports/store.ts';
import { claimDialogs } from './claim-dialogs.ts';
import { claimWithKey } from './claim-with-key.ts';
import { type Account, connect } from './client/connection.ts';
import type { Tools } from './client/containers.ts';
import { createRetry } from './client/retry.ts';
import { setUp } from './client/set-up.ts';
import { createTransport } from './client/transport.ts';
import {
  createDialog,
  dialogCounts,
  dialogPage,
  dialogsByKeys,
  markDialogUsed,
  unusedDialogs,
  unusedTotal,
} from './dialogs.ts';
import { drawWords, lastWordId } from './draw-words.ts';
import { releaseLease, renewLease, takeLease } from './leases.ts';
import { createProfile, deleteProfile, profilePage, profilesByIds, updateProfile } from './profiles.ts';
import { saveRecordings, silentDialogPage, voicedTotals } from './recordings.ts';
import { survey } from './survey.ts';
import { addWords, removeWords, setWordState, wordCounts, wordPage, wordsByKeys } from './words.ts';
import { checkWritable } from './write-check.ts';

export interface CosmosStoreOptions extends Account {
  readonly database: string;
  /** Whether to create the database where it is absent: right where nobody has named it, and so nobody mistyped it. */
  readonly createDatabase: boolean;
  readonly log: Log;
  readonly newId: NewId;
  readonly random: Random;
  /** How long to wait for the store. */
  readonly limits?: Partial<typeof LIMITS_MS>;
  /** What requests go out through in place of the network. */
  readonly httpClient?: HttpClient;
}

/** How long to wait for the store, in milliseconds. */
const LIMITS_MS = {
  /** For the answer to one attempt at a request. */
  attempt: 4_000,
  /** For a request with all its repetitions. */
  request: 10_000,
  /** For each of the two steps in which an account is looked over at the start. */
  start: 6_000,
  /** More than that where the credential chain has to find an identity first: it may ask other programs. */
  identity: 4_000,
  /** For the creation of a database or a container. */
  creation: 60_000,
};

/**
 * Opens the store on Azure Cosmos DB. Of the containers `profiles`, `words` and `dialogs` those that exist are used
 * as they are; absent ones, and `leases` which is this store's alone, are created.
 *
 * @throws {CannotStart} where the account can't be reached or used as configured
 */
export async function openCosmosStore(options: CosmosStoreOptions): Promise<Store> {
  const { log, newId, random, endpoint } = options;
  const limits = { ...LIMITS_MS, ...options.limits };
  const closed = new AbortController();
  // Every request under way listens to it.
  setMaxListeners(0, closed.signal);
  const retrying = createRetry(limits.request, closed.signal, random);
  const client = await connect(options, limits.attempt, createTransport(closed.signal, options.httpClient));

  async function close(): Promise<void> {
    closed.abort();
    client.dispose();
  }

  let tools: Tools;
  try {
    const { database, createDatabase } = options;
    const startMs = limits.start + (options.key === null ? limits.identity : 0);
    const finding = createRetry(startMs, closed.signal, random);
    const creating = createRetry(limits.creation, closed.signal, random);
    const containers = await setUp({
      client,
      endpoint,
      database,
      createDatabase,
      finding,
      creating,
      retrying,
    });
    tools = { ...containers, newId, log };
  } catch (error) {
    await close();
    throw error;
  }

  /** Counts what a call costs, for the log and for whoever counts outside. */
  async function call<Result>(operation: string, work: () => Promise<Result>): Promise<Result> {
    if (closed.signal.aborted) throw new StoreUnavailable(new Error('the store is closed'));
    const cost: Cost = { requests: 0, charge: 0 };
    const began = performance.now();
    try {
      return await runWithCost(cost, work);
    } finally {
      addCost(cost);
      log.debug({ operation, ...cost, ms: Math.round(performance.now() - began) }, 'asked the store');
    }
  }

  return {
    createProfile: (profile) => call('createProfile', () => createProfile(tools, profile)),
    updateProfile: (id, change) => call('updateProfile', () => updateProfile(tools, id, change)),
    deleteProfile: (id) => call('deleteProfile', () => deleteProfile(tools, id)),
    profiles: (ids) => call('profiles', () => profilesByIds(tools, ids)),
    profilePage: (page) => call('profilePage', () => profilePage(tools, page)),

    addWords: (profileId, words) => call('addWords', () => addWords(tools, profileId, words)),
    words: (keys) => call('words', () => wordsByKeys(tools, keys)),
    wordPage: (profileId, states, page) => call('wordPage', () => wordPage(tools, profileId, states, page)),
    wordCounts: (profileIds) => call('wordCounts', () => wordCounts(tools, profileIds)),
    setWordState: (profileId, wordIds, state) =>
      call('setWordState', () => setWordState(tools, profileId, wordIds, state)),
    removeWords: (profileId, wordIds) => call('removeWords', () => removeWords(tools, profileId, wordIds)),

    dialogs: (keys) => call('dialogs', () => dialogsByKeys(tools, keys)),
    dialogPage: (profileId, isUsed, page) =>
      call('dialogPage', () => dialogPage(tools, profileId, isUsed, page)),
    dialogCounts: (profileIds) => call('dialogCounts', () => dialogCounts(tools, profileIds)),
    unusedDialogs: (keys) => call('unusedDialogs', () => unusedDialogs(tools, keys)),
    claimDialogs: (profileId, count, at, token, key) =>
      call('claimDialogs', () =>
        key === undefined
          ? claimDialogs(tools, profileId, count, { at, token })
          : claimWithKey(tools, profileId, count, { at, token }, key),
      ),
    markDialogUsed: (profileId, dialogId, at) =>
      call('markDialogUsed', () => markDialogUsed(tools, profileId, dialogId, at)),

    unusedTotal: (profileId) => call('unusedTotal', () => unusedTotal(tools, profileId)),
    drawWords: (profileId, state, from, limit) =>
      call('drawWords', () => drawWords(tools, profileId, state, from, limit)),
    lastWordId: (profileId, state) => call('lastWordId', () => lastWordId(tools, profileId, state)),
    survey: (profileId, wordIds) => call('survey', () => survey(tools, profileId, wordIds)),
    createDialog: (dialog, fence) => call('createDialog', () => createDialog(tools, dialog, fence)),
    takeLease: (key, owner, seen) => call('takeLease', () => takeLease(tools, key, owner, seen)),
    renewLease: (lease) => call('renewLease', () => renewLease(tools, lease)),
    releaseLease: (lease) => call('releaseLease', () => releaseLease(tools, lease)),

    silentDialogPage: (profileId, page) =>
      call('silentDialogPage', () => silentDialogPage(tools, profileId, page)),
    saveRecordings: (profileId, dialogId, names) =>
      call('saveRecordings', () => saveRecordings(tools, profileId, dialogId, names)),
    voicedTotals: (profileIds) => call('voicedTotals', () => voicedTotals(tools, profileIds)),

    checkWritable: () => call('checkWritable', () => checkWritable(tools)),
    close,
  };
}
