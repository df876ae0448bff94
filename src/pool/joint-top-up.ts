import type { Dialog } from '../model/dialog.ts';
import type { Profile } from '../model/profile.ts';
import type { TopUpOutcome } from '../model/top-up-outcome.ts';
import { type Cost, runWithCost } from '../ports/cost.ts';
import type { Usage } from '../ports/generator.ts';
import type { Demand, TopUpListener } from './demand.ts';
import type { SkippedWord } from './skipped-word.ts';
import { spendOf } from './spend.ts';
import { TopUp, type TopUpDeps, type TopUpEnd } from './top-up.ts';

/** What a caller is told of a top-up that it may have shared with others. */
export interface TopUpShare extends TopUpEnd {
  readonly profile: Profile;
  readonly created: readonly Dialog[];
  /** The paid calls. */
  readonly calls: readonly Usage[];
  /** Every word that the top-up has tried by then and that got no dialog. */
  readonly skipped: readonly SkippedWord[];
}

interface Caller {
  /** 1 for the first that came. */
  readonly arrival: number;
  readonly min: number;
  readonly created: Dialog[];
  readonly calls: Usage[];
  /** Whether it came after the present walk over the words began. */
  isNewcomer: boolean;
  readonly resolve: (share: TopUpShare) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * A top-up of a profile that callers may join while it runs. It aims at the largest of their minimums, and a caller is
 * answered as soon as
 * - its own minimum has been counted in the store,
 * - or every word that there was when it came has been tried,
 * - or the top-up has ended.
 *
 * Each dialog and each paid call is reported to one caller: the one that has waited longest at that moment. When it is
 * answered, the next one goes on from there. One caller always waits until the end, so that nothing is left out.
 */
export class JointTopUp implements Demand, TopUpListener {
  /** Resolves when nothing of it is under way any more. */
  readonly ended: Promise<void>;
  readonly #tools: TopUpDeps;
  readonly #profileId: string;
  readonly #topUp: TopUp;
  /** In the order in which they came. */
  #callers: Caller[] = [];
  #isOpen = true;
  #largestMin = 0;
  #arrivals = 0;

  /** @param previous resolves when this one may begin */
  constructor(tools: TopUpDeps, profile: Profile, stopping: AbortSignal, previous: Promise<void>) {
    this.#tools = tools;
    this.#profileId = profile.id;
    this.#topUp = new TopUp(tools, { profile, stopping, demand: this, listener: this });
    this.ended = previous.then(() => this.#run());
  }

  /** Whether it may still be joined. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  /**
   * Joins it, to be called only while it is open.
   * @throws {ProfileNotFound | StoreUnavailable} if the top-up was broken off, with everything made so far kept
   */
  join(min: number): Promise<TopUpShare> {
    return new Promise((resolve, reject) => {
      this.#largestMin = Math.max(this.#largestMin, min);
      this.#arrivals += 1;
      const arrival = this.#arrivals;
      this.#callers.push({ arrival, min, created: [], calls: [], isNewcomer: true, resolve, reject });
      this.#topUp.demandChanged();
    });
  }

  get target(): number {
    return Math.max(0, ...this.#callers.map(({ min }) => min));
  }

  get next(): number | null {
    const next = Math.min(...this.#callers.map(({ min }) => min));
    return next < this.target ? next : null;
  }

  get hasNewcomers(): boolean {
    return this.#callers.some(({ isNewcomer }) => isNewcomer);
  }

  get arrivals(): number {
    return this.#arrivals;
  }

  called(usage: Usage): void {
    this.#callers[0]?.calls.push(usage);
  }

  created(dialog: Dialog): void {
    this.#callers[0]?.created.push(dialog);
  }

  skipped(): void {
    // Everybody is told of all words that were skipped: they are read from the top-up's progress.
  }

  counted(unusedTotal: number, arrivals: number): void {
    for (const caller of this.#callers) {
      // What was counted before somebody came may have been claimed before, too.
      if (caller.arrival > arrivals) continue;
      const isLast = this.#callers.length === 1;
      if (caller.min <= unusedTotal && !isLast) this.#answer(caller, { unusedTotal, outcome: 'SATISFIED' });
    }
  }

  walkBegan(): void {
    for (const caller of this.#callers) caller.isNewcomer = false;
  }

  walkEnded(unusedTotal: number): void {
    for (const caller of this.#callers) {
      if (!caller.isNewcomer) this.#answer(caller, { unusedTotal, outcome: 'WORDS_EXHAUSTED' });
    }
  }

  ending(): void {
    this.#isOpen = false;
  }

  async #run(): Promise<void> {
    const { clock } = this.#tools;
    const began = clock.monotonic();
    // It is not the request of the caller that came first which pays for the work that all of them share.
    const cost: Cost = { requests: 0, charge: 0 };
    let end: TopUpEnd | null = null;
    try {
      end = await runWithCost(cost, () => this.#topUp.run());
      this.#isOpen = false;
      for (const caller of this.#callers) this.#answer(caller, end);
    } catch (error) {
      this.#isOpen = false;
      for (const caller of this.#callers) caller.reject(error);
    }
    this.#report(end, cost, clock.monotonic() - began);
  }

  #answer(caller: Caller, { unusedTotal, outcome }: TopUpEnd): void {
    const { min, created, calls } = caller;
    this.#callers = this.#callers.filter((other) => other !== caller);
    const reached: TopUpOutcome = unusedTotal >= min ? 'SATISFIED' : outcome;
    const { profile, progress } = this.#topUp;
    caller.resolve({ unusedTotal, outcome: reached, profile, created, calls, skipped: progress.skipped });
  }

  #report(end: TopUpEnd | null, cost: Cost, ms: number): void {
    const { log, meter, generator, prices } = this.#tools;
    const { created, skipped, calls } = this.#topUp.progress;
    const outcome = end?.outcome ?? 'BROKEN_OFF';
    const counts = { created: created.length, skipped: skipped.length, unusedTotal: end?.unusedTotal };
    const spend = spendOf(calls, prices);
    const store = cost.requests > 0 ? { storeRequests: cost.requests, storeCharge: cost.charge } : {};
    const fields = {
      profileId: this.#profileId,
      min: this.#largestMin,
      outcome,
      ...counts,
      ...spend,
      ...store,
    };
    log.info({ ...fields, ms: Math.round(ms) }, 'topped up');
    meter.toppedUp(generator.name, outcome, created.length);
  }
}
