import { setMaxListeners } from 'node:events';
import type { HttpClient } from '@azure/core-rest-pipeline';
import { StoreUnavailable } from '../../model/errors.ts';
import type { NewId, Random } from '../../ports/clock.ts';
import { addCost, runWithCost, runWithoutCost } from '../../ports/cost.ts';
import type { Log } from '../../ports/log.ts';
import type { Store } from '../../ports/store.ts';
import type { Cost } from '../../ports/work-context.ts';
import { changeMethods } from './change-marks.ts';
import { claimMethods } from './claim-dialogs.ts';
import { type Account, connect } from './client/connection.ts';
import { createRetry } from './client/retry.ts';
import { setUp } from './client/set-up.ts';
import { createTransport } from './client/transport.ts';
import { dialogMethods } from './dialogs.ts';
import { drawWordsMethods } from './draw-words.ts';
import { leaseMethods } from './leases.ts';
import { type Measure, measured, type StoreCall } from './measured.ts';
import { notifying } from './notifying.ts';
import { paidCallMethods } from './paid-calls.ts';
import { profileMethods } from './profiles.ts';
import { promptMethods } from './prompts.ts';
import { recordingMethods } from './recordings.ts';
import { reviewMethods } from './reviews.ts';
import { surveyMethods } from './survey.ts';
import { topUpMethods } from './top-ups.ts';
import { watchDocuments } from './watch-document.ts';
import { WatcherNotifier } from './watcher-notifier.ts';
import { wordMethods } from './words.ts';
import { writeCheckMethods } from './write-check.ts';

export interface CosmosStoreOptions extends Account {
  readonly database: string;
  /** Whether to create the database if it does not exist. Not for a name that an operator wrote: it may be misspelt. */
  readonly createDatabase: boolean;
  readonly log: Log;
  readonly newId: NewId;
  readonly random: Random;
  readonly limits?: Partial<typeof LIMITS_MS>;
  /** Told what each call of the store has cost, when it has ended. */
  readonly onCost?: (call: StoreCall, cost: Readonly<Cost>) => void;
  /** Sends the requests; the network if it is left out. */
  readonly httpClient?: HttpClient;
}

/** How long to wait for the service, in milliseconds. */
const LIMITS_MS = {
  /** For the response to one attempt at a request. */
  attempt: 4_000,
  /** For a request with all its attempts. */
  request: 10_000,
  /** When the store is opened: for reading the database, and again for reading the containers. */
  start: 6_000,
  /** Added to `start` without a key, because Azure's default credential chain may run other programs. */
  identity: 4_000,
  /** For the creation of a database or a container. */
  creation: 60_000,
  /** When the store is closed: for telling watchers about the last changes. */
  flush: 2_000,
};

/**
 * Opens the store on Azure Cosmos DB. The containers `profiles`, `words`, `dialogs`, `leases`, `top_ups` and `learnings`
 * are created if they do not exist. Existing ones are used as they are.
 * @throws {CannotStart} if the account cannot be reached or used as it is configured; the message says what to do
 */
export async function openCosmosStore(options: CosmosStoreOptions): Promise<Store> {
  const { log, newId, random, onCost = () => undefined } = options;
  const limits = { ...LIMITS_MS, ...options.limits };
  let isClosing = false;
  const closed = new AbortController();
  // Each request adds a listener, and any number of requests may be running.
  setMaxListeners(0, closed.signal);
  const client = await connect(options, limits.attempt, createTransport(closed.signal, options.httpClient));

  async function close(): Promise<void> {
    closed.abort();
    client.dispose();
  }

  const retryFor = (limitMs: number) => createRetry(limitMs, closed.signal, random);
  const startMs = limits.start + (options.key === null ? limits.identity : 0);
  const containers = await setUp({
    client,
    endpoint: options.endpoint,
    database: options.database,
    createDatabase: options.createDatabase,
    finding: retryFor(startMs),
    creating: retryFor(limits.creation),
    retrying: retryFor(limits.request),
  }).catch(async (error: unknown) => {
    await close();
    throw error;
  });

  const logged: Measure = async (call, work) => {
    const cost: Cost = { requests: 0, charge: 0 };
    const began = performance.now();
    try {
      return await runWithCost(cost, work);
    } finally {
      addCost(cost);
      onCost(call, cost);
      log.debug({ ...call, ...cost, ms: Math.round(performance.now() - began) }, 'asked the store');
    }
  };
  const measure: Measure = async (call, work) => {
    if (isClosing) throw new StoreUnavailable(new Error('the store is closed'));
    return logged(call, work);
  };

  const tools = { ...containers, newId, log };
  const { notifyWatchers } = watchDocuments(tools);
  const call = { concern: 'changes', operation: 'notifyWatchers' };
  const notifier = new WatcherNotifier(
    (profileId) => runWithoutCost(() => logged(call, () => notifyWatchers(profileId))),
    log,
  );
  const store = {
    ...measured('profiles', profileMethods(tools), measure),
    ...measured('words', wordMethods(tools), measure),
    ...measured('words', drawWordsMethods(tools), measure),
    ...measured('dialogs', dialogMethods(tools), measure),
    ...measured('dialogs', surveyMethods(tools), measure),
    ...measured('claims', claimMethods(tools), measure),
    ...measured('leases', leaseMethods(tools), measure),
    ...measured('recordings', recordingMethods(tools), measure),
    ...measured('top-ups', topUpMethods(tools), measure),
    ...measured('changes', changeMethods(tools), measure),
    ...measured('paid calls', paidCallMethods(tools), measure),
    ...measured('reviews', reviewMethods(tools), measure),
    ...measured('prompts', promptMethods(tools), measure),
    ...measured('write check', writeCheckMethods(tools), measure),
    async close() {
      if (isClosing) return;
      isClosing = true;
      await notifier.flush(limits.flush);
      await close();
    },
  };
  return notifying(store, (profileId) => notifier.changed(profileId));
}
