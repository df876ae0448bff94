import type { Dialog } from '../model/dialog.ts';
import type { Profile } from '../model/profile.ts';
import type { Usage } from '../model/spend.ts';
import type { TopUpOutcome } from '../model/top-up-outcome.ts';
import type { Retry } from './failed-words.ts';
import type { Progress } from './progress.ts';
import type { SkippedWord } from './skipped-word.ts';

/** How a top-up ended. */
export interface TopUpEnd {
  /** Counted in the store after the last creation (rule 7). */
  readonly unusedTotal: number;
  readonly outcome: TopUpOutcome;
}

/** One caller's part of a top-up that it may have shared with others. */
export interface TopUpShare extends TopUpEnd {
  readonly profile: Profile;
  readonly created: readonly Dialog[];
  /** The paid calls. */
  readonly calls: readonly Usage[];
  /** The words that the top-up has tried so far without creating a dialog. */
  readonly skipped: readonly SkippedWord[];
}

interface Caller {
  /** 1 for the first caller. */
  readonly arrival: number;
  readonly min: number;
  /** Whether it was started in the background, so that nobody waits for its answer. */
  readonly inBackground: boolean;
  /** When words are tried again for it that have failed in another top-up. */
  readonly retry: Retry;
  /** Whether it reads which dialogs and paid calls are reported to it. */
  readonly readsReport: boolean;
  readonly created: Dialog[];
  readonly calls: Usage[];
  /** Whether it joined after the present walk over the words began. */
  isNewcomer: boolean;
  /** Whether every word was tried for it, and it was not answered because dialogs had been claimed meanwhile. */
  waitsOn: boolean;
  readonly resolve: (share: TopUpShare) => void;
  readonly reject: (error: unknown) => void;
}

/** The smallest and the largest minimum of some callers. */
interface Mins {
  readonly smallest: number;
  readonly largest: number;
}

const NO_MINS: Mins = { smallest: Number.POSITIVE_INFINITY, largest: 0 };

function withMin({ smallest, largest }: Mins, { min }: Pick<Caller, 'min'>): Mins {
  return { smallest: Math.min(smallest, min), largest: Math.max(largest, min) };
}

/**
 * The callers that wait for one top-up. Their largest minimum is its target. A caller is answered as soon as
 * - its own minimum has been counted in the store,
 * - or every word that existed when it joined has been tried,
 * - or the top-up has ended.
 *
 * Each dialog and each paid call is reported to one caller: the one that has waited longest at that moment, of those
 * that read the report. One caller always waits until the end, so that every dialog is reported if all of them do. After
 * a cancellation it does not: what is still being written then was begun for others, and the record has it.
 */
export class Callers {
  readonly #progress: Progress;
  /** In the order in which they joined. */
  #waiting: Caller[] = [];
  #isOpen = true;
  #arrivals = 0;
  #largestMin = 0;
  /** Those of the waiting callers; null if callers have left since it was computed. */
  #mins: Mins | null = NO_MINS;
  #wasWithdrawn = false;
  /** Whether nobody was left when callers withdrew. */
  #wasAbandoned = false;
  #isCancelled = false;

  constructor(progress: Progress) {
    this.#progress = progress;
  }

  /** Whether a caller may still join. A top-up that was cancelled ends for others, so nobody joins it any more. */
  get isOpen(): boolean {
    return this.#isOpen && !this.#wasWithdrawn;
  }

  /** How many callers have joined so far. */
  get arrivals(): number {
    return this.#arrivals;
  }

  /** The largest minimum of all callers that have joined so far. */
  get largestMin(): number {
    return this.#largestMin;
  }

  /** The largest minimum of the waiting callers: how many unused dialogs the pool should have. It may grow. */
  get target(): number {
    return this.#minsOfWaiting.largest;
  }

  /** The smallest minimum with which a caller is answered before the present pass ends; null if there is none. */
  get next(): number | null {
    const { smallest, largest } = this.#minsOfWaiting;
    return smallest < largest || (this.#wasWithdrawn && this.#waiting.length > 0) ? smallest : null;
  }

  /** Many callers may join at once, so it is not computed again for each. */
  get #minsOfWaiting(): Mins {
    this.#mins ??= this.#waiting.reduce(withMin, NO_MINS);
    return this.#mins;
  }

  /** When words are tried again that have failed in another top-up: as early as any caller that is left has them tried. */
  get retry(): Retry {
    for (const retry of ['AT_ONCE', 'SOON'] as const) {
      if (this.#waiting.some((caller) => caller.retry === retry)) return retry;
    }
    return 'LATER';
  }

  /** Whether a caller has joined since the present walk over the words began. The walk may have missed words. */
  get hasNewcomers(): boolean {
    return this.#waiting.some(({ isNewcomer }) => isNewcomer);
  }

  /**
   * Adds a caller that waits. To be called only while `isOpen`. Rejects with the error that `failed` is called with.
   * @param options.readsReport whether dialogs and paid calls may be reported to it
   */
  join(min: number, options: Pick<Caller, 'readsReport' | 'retry'>): Promise<TopUpShare> {
    return new Promise((resolve, reject) =>
      this.#add(min, { inBackground: false, ...options, resolve, reject }),
    );
  }

  /**
   * Adds a caller that reads the record of the top-up instead of waiting. To be called only while `isOpen`.
   * @returns how the top-up ended for it, as for a caller that waits; null if it was broken off or the caller was removed.
   *   Never rejects
   */
  joinInBackground(min: number, retry: Retry): Promise<TopUpEnd | null> {
    return new Promise((resolve) =>
      this.#add(min, { inBackground: true, retry, readsReport: false, resolve, reject: () => resolve(null) }),
    );
  }

  /** Removes the callers in the background. Those that wait are served as before. */
  withdraw(): void {
    const removed = this.#waiting.filter(({ inBackground }) => inBackground);
    this.#remove(removed);
    if (!this.#wasWithdrawn) this.#wasAbandoned = this.#waiting.length === 0;
    this.#wasWithdrawn = true;
    for (const { reject } of removed) reject(new Error('the top-up was cancelled'));
  }

  /** Whether the top-up has ended because callers withdrew and no other one was left. */
  get isCancelled(): boolean {
    return this.#isCancelled;
  }

  #add(
    min: number,
    caller: Omit<Caller, 'arrival' | 'min' | 'created' | 'calls' | 'isNewcomer' | 'waitsOn'>,
  ): void {
    this.#largestMin = Math.max(this.#largestMin, min);
    this.#mins = withMin(this.#minsOfWaiting, { min });
    this.#arrivals += 1;
    const arrival = this.#arrivals;
    this.#waiting.push({ ...caller, arrival, min, created: [], calls: [], isNewcomer: true, waitsOn: false });
  }

  /** The caller that the next dialog or paid call is reported to: the one that has waited longest. */
  get #reportedTo(): Caller | undefined {
    return this.#waiting.find(({ readsReport }) => readsReport);
  }

  /** To be called when a paid call has ended, also if its response is not used. */
  called(usage: Usage): void {
    this.#reportedTo?.calls.push(usage);
  }

  /** To be called when a dialog has been stored. */
  created(dialog: Dialog): void {
    this.#reportedTo?.created.push(dialog);
  }

  /** To be called after a count in the store. @param arrivals how many callers had joined before the count began */
  counted(unusedTotal: number, arrivals: number): void {
    // Dialogs that were counted before a caller joined may have been claimed before it joined.
    const reached = this.#waiting.filter(({ arrival, min }) => arrival <= arrivals && min <= unusedTotal);
    if (reached.length === this.#waiting.length && !this.#wasWithdrawn) reached.pop();
    this.#answer(reached, { unusedTotal, outcome: 'SATISFIED' });
  }

  /** To be called when a walk over all present words begins. */
  walkBegan(): void {
    for (const caller of this.#waiting) caller.isNewcomer = false;
  }

  /**
   * To be called when every word of a walk was tried and another walk follows for newcomers. Answers the others. If dialogs
   * were claimed during the walk, they wait for another walk, but only once: while newcomers come and claim without end, a
   * minimum that the words do not allow is never reached.
   */
  walkEnded(unusedTotal: number, claimedMeanwhile: boolean): void {
    const others = this.#waiting.filter(({ isNewcomer }) => !isNewcomer);
    const answered = others.filter(({ waitsOn }) => waitsOn || !claimedMeanwhile);
    for (const caller of others) caller.waitsOn = true;
    this.#answer(answered, { unusedTotal, outcome: 'WORDS_EXHAUSTED' });
  }

  /** To be called when the top-up has ended. Answers all callers. */
  ended(end: TopUpEnd): void {
    this.#isOpen = false;
    this.#isCancelled = this.#wasAbandoned;
    this.#answer(this.#waiting, end);
  }

  /** To be called when an error has broken off the top-up. Rejects all callers with it. */
  failed(error: unknown): void {
    this.#isOpen = false;
    const rejected = this.#waiting;
    this.#remove(rejected);
    for (const { reject } of rejected) reject(error);
  }

  #answer(callers: readonly Caller[], { unusedTotal, outcome }: TopUpEnd): void {
    if (callers.length === 0) return;
    this.#remove(callers);
    const { profile, skipped } = this.#progress;
    for (const { min, created, calls, resolve } of callers) {
      const reached: TopUpOutcome = unusedTotal >= min ? 'SATISFIED' : outcome;
      resolve({ unusedTotal, outcome: reached, profile, created, calls, skipped });
    }
  }

  #remove(callers: readonly Caller[]): void {
    const removed = new Set(callers);
    this.#waiting = this.#waiting.filter((caller) => !removed.has(caller));
    this.#mins = null;
  }
}
