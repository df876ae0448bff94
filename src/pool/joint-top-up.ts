import type { Profile } from '../model/profile.ts';
import { spendOf } from '../model/spend.ts';
import type { TopUpRecord } from '../model/top-up-record.ts';
import { runWithCost } from '../ports/cost.ts';
import type { TopUpTraces } from '../ports/top-up-traces.ts';
import type { Cost } from '../ports/work-context.ts';
import { Callers, type TopUpEnd, type TopUpShare } from './callers.ts';
import type { FailedWords } from './failed-words.ts';
import { Progress } from './progress.ts';
import { TopUp } from './top-up.ts';
import type { TopUpDeps } from './top-up-deps.ts';
import { type RecorderDeps, TopUpRecorder } from './top-up-recorder.ts';

/**
 * How long a top-up may take without being recorded, in milliseconds, if all its callers wait for it. No one can watch a
 * shorter one, and writing its record would take as long as the top-up itself.
 */
const RECORD_AFTER_MS = 250;

/** What a joint top-up depends on. */
export type JointTopUpDeps = TopUpDeps &
  RecorderDeps & {
    readonly failedWords: FailedWords;
    readonly traces: TopUpTraces;
  };

/** A top-up of a profile that callers may join while it runs. */
export class JointTopUp {
  /** Identifies its record. */
  readonly id: string;
  /** Resolves when nothing of it is under way. Callers are answered before that. Never rejects. */
  readonly ended: Promise<void>;
  readonly #deps: JointTopUpDeps;
  readonly #progress: Progress;
  readonly #callers: Callers;
  readonly #topUp: TopUp;
  readonly #recorder: TopUpRecorder;
  /** All callers share the work, so its cost is not added to the request of the first one. */
  readonly #cost: Cost = { requests: 0, charge: 0 };
  /** Aborted when all callers have been answered. */
  readonly #answered = new AbortController();
  #recorded: Promise<TopUpRecord> | null = null;
  /** Whether it is recorded as soon as there is a dialog to create. */
  #recordsOnWork = false;
  #recordsIfLong = false;
  #hasWork = false;

  /** @param previous resolves when the previous top-up of the profile has ended; null if there is none. Never rejects */
  constructor(
    deps: JointTopUpDeps,
    profile: Profile,
    stopping: AbortSignal,
    previous: Promise<unknown> | null,
  ) {
    this.id = deps.newId();
    this.#deps = deps;
    const progress = new Progress(profile, deps.failedWords);
    if (previous !== null) progress.wait();
    const callers = new Callers(progress);
    this.#progress = progress;
    this.#callers = callers;
    this.#topUp = new TopUp(deps, {
      progress,
      callers,
      previous,
      stopping,
      onWork: () => this.#workBegins(),
    });
    const onCancel = () => this.withdraw();
    this.#recorder = new TopUpRecorder(deps, { id: this.id, progress, callers, onCancel });
    // The first caller joins before it begins.
    this.ended = Promise.resolve().then(() => deps.traces.run(this.id, () => this.#run(previous)));
  }

  /** Whether its record is stored or being stored. */
  get isRecorded(): boolean {
    return this.#recorded !== null;
  }

  /** Whether callers may still join. */
  get isOpen(): boolean {
    return this.#callers.isOpen;
  }

  /**
   * Adds a caller that waits. To be called only while `isOpen`.
   * @throws {ProfileNotFound | StoreUnavailable} if the top-up was broken off, with everything made so far kept
   */
  join(...caller: Parameters<Callers['join']>): Promise<TopUpShare> {
    const share = this.#callers.join(...caller);
    this.#recordIfLong();
    this.#topUp.demandChanged();
    return share;
  }

  /**
   * Adds a caller that does not wait. To be called only while `isOpen`.
   * @param unusedTotal as it was just counted in the store
   * @returns the record of the top-up, as it was first stored
   * @throws {ProfileNotFound | StoreUnavailable} if the top-up could not be recorded
   */
  joinInBackground(min: number, unusedTotal: number): Promise<TopUpRecord> {
    if (!this.isRecorded) this.#progress.counted(unusedTotal);
    void this.#callers.joinInBackground(min, 'AT_ONCE');
    this.#topUp.demandChanged();
    return this.#record();
  }

  /**
   * Adds a caller that does not wait and needs no record. The top-up is recorded before it tries the first word that has
   * no unused dialog: if there is none, or another process tops up the pool far enough, there is nothing to record.
   * @returns how it ended for this caller; null if it was broken off or cancelled. Never rejects
   */
  joinAutomatically(min: number): Promise<TopUpEnd | null> {
    const end = this.#callers.joinInBackground(min, 'LATER');
    this.#topUp.demandChanged();
    this.#recordsOnWork = true;
    if (this.#hasWork) this.#recordOrLog();
    return end;
  }

  /** Removes the callers that do not wait. The others are served as before. */
  withdraw(): void {
    this.#callers.withdraw();
    this.#topUp.demandReduced();
  }

  /** Records the top-up if it has not ended soon. A failing record does not fail the top-up. Never throws. */
  #recordIfLong(): void {
    if (this.#recordsIfLong) return;
    this.#recordsIfLong = true;
    const { signal } = this.#answered;
    void this.#deps.clock.sleep(RECORD_AFTER_MS, signal).then(() => {
      if (!signal.aborted) this.#recordOrLog();
    });
  }

  #workBegins(): void {
    this.#hasWork = true;
    if (this.#recordsOnWork) this.#recordOrLog();
  }

  #recordOrLog(): void {
    this.#record().catch((error: unknown) => {
      this.#deps.log.warn({ topUpId: this.id, err: error }, 'a top-up could not be recorded');
    });
  }

  #record(): Promise<TopUpRecord> {
    if (this.#recorded !== null) return this.#recorded;
    const recording = runWithCost(this.#cost, () => this.#recorder.begin());
    this.#recorded = recording;
    // If it fails, the next caller tries again.
    recording.catch(() => {
      this.#recorded = null;
    });
    return recording;
  }

  async #run(previous: Promise<unknown> | null): Promise<void> {
    const { clock, log } = this.#deps;
    const began = clock.monotonic();
    let end: TopUpEnd | null = null;
    try {
      end = await runWithCost(this.#cost, () => this.#topUp.run());
    } catch (error) {
      log.warn(
        { topUpId: this.id, profileId: this.#progress.profile.id, err: error },
        'a top-up was broken off',
      );
      this.#callers.failed(error);
    }
    this.#answered.abort();
    const durationMs = clock.monotonic() - began;
    await Promise.all([this.#topUp.released, runWithCost(this.#cost, () => this.#endRecord(end))]);
    this.#publishEnd(end, durationMs);
    // If the previous top-up has created enough for the callers of this one, it may still be running for its own.
    await previous;
  }

  async #endRecord(end: TopUpEnd | null): Promise<void> {
    await this.#recorded?.catch(() => undefined);
    if (this.#callers.isCancelled) await this.#recorder.end('cancelled', null);
    else await this.#recorder.end('ended', end?.outcome ?? null);
  }

  #publishEnd(end: TopUpEnd | null, durationMs: number): void {
    const { events, generator, prices } = this.#deps;
    const { profile, created, skipped, calls } = this.#progress;
    events.publish({
      type: 'topUpEnded',
      profileId: profile.id,
      generator: generator.name,
      min: this.#callers.largestMin,
      outcome: this.#callers.isCancelled ? 'CANCELLED' : (end?.outcome ?? 'BROKEN_OFF'),
      unusedTotal: end?.unusedTotal ?? null,
      created: created.length,
      skipped: skipped.length,
      spend: spendOf(calls, prices),
      storeCost: this.#cost,
      durationMs,
    });
  }
}
