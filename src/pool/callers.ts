import type { Dialog } from '../model/dialog.ts';
import type { Profile } from '../model/profile.ts';
import type { Usage } from '../model/spend.ts';
import type { TopUpOutcome } from '../model/top-up-outcome.ts';
import type { Progress } from './progress.ts';
import type { SkippedWord } from './skipped-word.ts';

/** How a top-up ended. */
export interface TopUpEnd {
  /** Counted in the store after the last creation (rule 7). */
  readonly unusedTotal: number;
  readonly outcome: TopUpOutcome;
}

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
 * The callers that wait for one top-up. Together they say what is wanted of it, and each is answered as soon as
 * - its own minimum has been counted in the store,
 * - or every word that there was when it came has been tried,
 * - or the top-up has ended.
 *
 * Each dialog and each paid call is reported to one caller: the one that has waited longest at that moment. When it is
 * answered, the next one goes on from there. One caller always waits until the end, so that nothing is left out.
 */
export class Callers {
  readonly #progress: Progress;
  /** In the order in which they came. */
  #waiting: Caller[] = [];
  #isOpen = true;
  #arrivals = 0;
  #largestMin = 0;

  constructor(progress: Progress) {
    this.#progress = progress;
  }

  /** Whether another caller may join. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** How many have come so far. */
  get arrivals(): number {
    return this.#arrivals;
  }

  /** The largest minimum of all that have come so far. */
  get largestMin(): number {
    return this.#largestMin;
  }

  /** The largest minimum that is waited for: so many unused dialogs the pool is to have. It may grow. */
  get target(): number {
    return Math.max(0, ...this.#waiting.map(({ min }) => min));
  }

  /** The smallest minimum that is waited for, if it is below the target; else null. */
  get next(): number | null {
    const next = Math.min(...this.#waiting.map(({ min }) => min));
    return next < this.target ? next : null;
  }

  /** Whether a caller has come since the present walk over the words began: the walk may have missed some of its words. */
  get hasNewcomers(): boolean {
    return this.#waiting.some(({ isNewcomer }) => isNewcomer);
  }

  /** Adds a caller, to be called only while `isOpen`. @throws what `failed` is given */
  join(min: number): Promise<TopUpShare> {
    return new Promise((resolve, reject) => {
      this.#largestMin = Math.max(this.#largestMin, min);
      this.#arrivals += 1;
      const arrival = this.#arrivals;
      this.#waiting.push({ arrival, min, created: [], calls: [], isNewcomer: true, resolve, reject });
    });
  }

  /** A paid call has ended, whether its response is used or not. */
  called(usage: Usage): void {
    this.#waiting[0]?.calls.push(usage);
  }

  /** A dialog has been stored. */
  created(dialog: Dialog): void {
    this.#waiting[0]?.created.push(dialog);
  }

  /** So many unused dialogs were counted in the store. @param arrivals how many had come before the count began */
  counted(unusedTotal: number, arrivals: number): void {
    for (const caller of this.#waiting) {
      // Dialogs that were counted before a caller came may have been claimed before it came, too.
      if (caller.arrival > arrivals) continue;
      const isLast = this.#waiting.length === 1;
      if (caller.min <= unusedTotal && !isLast) this.#answer(caller, { unusedTotal, outcome: 'SATISFIED' });
    }
  }

  /** A walk over all words begins: it comes to every word that there is now. */
  walkBegan(): void {
    for (const caller of this.#waiting) caller.isNewcomer = false;
  }

  /** Every word of the walk has been tried. Another walk follows, for newcomers. */
  walkEnded(unusedTotal: number): void {
    for (const caller of this.#waiting) {
      if (!caller.isNewcomer) this.#answer(caller, { unusedTotal, outcome: 'WORDS_EXHAUSTED' });
    }
  }

  /** Nothing more will be begun: answers all. */
  ended(end: TopUpEnd): void {
    this.#isOpen = false;
    for (const caller of this.#waiting) this.#answer(caller, end);
  }

  /** The top-up was broken off by an error, which all are told. */
  failed(error: unknown): void {
    this.#isOpen = false;
    for (const caller of this.#waiting) caller.reject(error);
    this.#waiting = [];
  }

  #answer(caller: Caller, { unusedTotal, outcome }: TopUpEnd): void {
    const { min, created, calls } = caller;
    this.#waiting = this.#waiting.filter((other) => other !== caller);
    const reached: TopUpOutcome = unusedTotal >= min ? 'SATISFIED' : outcome;
    const { profile, skipped } = this.#progress;
    caller.resolve({ unusedTotal, outcome: reached, profile, created, calls, skipped });
  }
}
