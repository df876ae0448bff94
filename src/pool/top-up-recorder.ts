import { ProfileNotFound } from '../model/errors.ts';
import { spendOf } from '../model/spend.ts';
import type { TopUpOutcome } from '../model/top-up-outcome.ts';
import type { TopUpRecord } from '../model/top-up-record.ts';
import type { Clock } from '../ports/clock.ts';
import type { Events } from '../ports/events.ts';
import type { Log } from '../ports/log.ts';
import { runWithoutRequest } from '../ports/request.ts';
import type { Store } from '../ports/store.ts';
import type { Callers } from './callers.ts';
import type { Progress } from './progress.ts';

/** The shortest time between two writes of a record. */
const WRITE_EVERY_MS = 250;
/** How often a record is read if nothing has changed: another process may have requested its cancellation. */
const READ_EVERY_MS = 1_000;
/**
 * The longest time between two writes. Each one changes the record's version, which shows others that the process is
 * alive: they declare a top-up lost whose record has not changed for 20 s.
 */
const RENEW_EVERY_MS = 5_000;

/** What recording a top-up depends on. */
export interface RecorderDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  /** Told whenever the record was written. */
  readonly events: Events;
  /** Identifies this process in records. */
  readonly process: string;
}

/** The top-up that is recorded. */
export interface RecordedTopUp {
  readonly id: string;
  readonly progress: Progress;
  readonly callers: Callers;
  /** Called once if the cancellation of the top-up is requested in the store. */
  readonly onCancel: () => void;
}

/**
 * Keeps the record of a top-up in the store up to date, so that any process can report its state. A failing store does
 * not fail the top-up: the record is written later, or is declared lost.
 */
export class TopUpRecorder {
  readonly #deps: RecorderDeps;
  readonly #topUp: RecordedTopUp;
  readonly #ending = new AbortController();
  #record: TopUpRecord | null = null;
  #savedRevision = -1;
  #keeping: Promise<void> = Promise.resolve();
  #cancelSeen = false;

  constructor(deps: RecorderDeps, topUp: RecordedTopUp) {
    this.#deps = deps;
    this.#topUp = topUp;
  }

  /**
   * Creates the record and keeps it up to date from then on.
   * @returns the record. If an earlier attempt had stored it, its cancellation may be requested, or it may be lost
   * @throws {ProfileNotFound | StoreUnavailable}
   */
  async begin(): Promise<TopUpRecord> {
    const { store, clock, process } = this.#deps;
    const { id, progress } = this.#topUp;
    const created = await store.createTopUp({
      ...this.#snapshot(),
      id,
      profileId: progress.profile.id,
      process,
      startedAt: clock.now(),
    });
    const record = created ?? (await this.#storedBefore());
    this.#goOnFrom(record);
    // A caller with many writes must not delay those that show that this process is alive.
    this.#keeping = runWithoutRequest(() => this.#keep());
    return record;
  }

  /** The record that an attempt has stored whose response was lost. @throws {ProfileNotFound} if there is none */
  async #storedBefore(): Promise<TopUpRecord> {
    const { profile } = this.#topUp.progress;
    const [record] = await this.#deps.store.topUpRecords([
      { profileId: profile.id, topUpId: this.#topUp.id },
    ]);
    // A new id is not taken, so the profile has been deleted.
    if (!record) throw new ProfileNotFound(profile.id);
    return record;
  }

  /** Writes how the top-up ended, if there is a record. Never rejects. */
  async end(state: 'ended' | 'cancelled', outcome: TopUpOutcome | null): Promise<void> {
    this.#ending.abort();
    await this.#keeping;
    if (this.#record === null) return;
    const { clock, log } = this.#deps;
    try {
      // Nothing shows that this process is alive any more, so the caller's other writes must not delay this one either.
      await runWithoutRequest(() => this.#save({ state, outcome, endedAt: clock.now() }));
    } catch (error) {
      log.warn({ topUpId: this.#topUp.id, err: error }, 'the end of a top-up could not be recorded');
    }
  }

  /** Writes, renews and reads the record until the top-up ends. Never rejects. */
  async #keep(): Promise<void> {
    const { clock, log } = this.#deps;
    const { signal } = this.#ending;
    let writtenAt = clock.monotonic();
    let readAt = writtenAt;
    for (;;) {
      await clock.sleep(WRITE_EVERY_MS, signal);
      if (signal.aborted || this.#record === null) return;
      const now = clock.monotonic();
      try {
        if (this.#topUp.progress.revision !== this.#savedRevision || now - writtenAt >= RENEW_EVERY_MS) {
          writtenAt = now;
          await this.#save({});
        } else if (now - readAt >= READ_EVERY_MS) {
          readAt = now;
          await this.#read();
        }
      } catch (error) {
        log.warn({ topUpId: this.#topUp.id, err: error }, 'the record of a top-up could not be updated');
      }
    }
  }

  /** Writes the present state. If the record was changed meanwhile, it reads the record and writes again. */
  async #save(end: Partial<Pick<TopUpRecord, 'state' | 'outcome' | 'endedAt'>>): Promise<void> {
    const { store, events } = this.#deps;
    const { revision } = this.#topUp.progress;
    for (let record = this.#record; record !== null; record = this.#record) {
      const saved = await store.saveTopUp({ ...record, ...this.#snapshot(), ...end });
      if (saved !== null) {
        this.#record = saved;
        this.#savedRevision = revision;
        events.publish({ type: 'topUpRecorded', profileId: saved.profileId });
        return;
      }
      await this.#read();
    }
  }

  async #read(): Promise<void> {
    const key = { profileId: this.#topUp.progress.profile.id, topUpId: this.#topUp.id };
    const [record = null] = await this.#deps.store.topUpRecords([key]);
    this.#goOnFrom(record);
  }

  /** To be called with the record as it was read. Once it was removed or declared lost, nothing more is written. */
  #goOnFrom(record: TopUpRecord | null): void {
    this.#record = record?.state === 'lost' ? null : record;
    if (!record?.cancelRequested || this.#cancelSeen) return;
    this.#cancelSeen = true;
    this.#topUp.onCancel();
  }

  #snapshot() {
    const { progress, callers } = this.#topUp;
    const { inputTokens, outputTokens, calls } = spendOf(progress.calls, null);
    return {
      state: progress.isWaiting ? 'waiting' : 'running',
      min: callers.largestMin,
      unusedTotal: progress.unusedTotal,
      createdIds: progress.created.map(({ id }) => id),
      skipped: progress.skipped.map(({ word, reason, message }) => ({ wordId: word.id, reason, message })),
      spend: { calls, inputTokens, outputTokens },
      outcome: null,
      cancelRequested: this.#cancelSeen,
      endedAt: null,
    } as const satisfies Partial<TopUpRecord>;
  }
}
