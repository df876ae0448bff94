import type { Word } from '../model/word.ts';
import type { Log } from '../ports/log.ts';
import type { Store } from '../ports/store.ts';
import type { Callers } from './callers.ts';
import type { Candidate } from './plan-pass.ts';
import type { Progress } from './progress.ts';
import { surveyLoader } from './survey-loader.ts';

/** The unused dialogs of a profile, counted in the store. */
export interface Count {
  readonly unusedTotal: number;
  /** How many callers had come before the count began. */
  readonly arrivals: number;
}

/** What was read from the store before a pass. */
export interface Observed extends Count {
  readonly candidates: readonly Candidate[];
}

/** What counting for a top-up needs. */
export interface PoolCountOptions {
  readonly store: Store;
  readonly log: Log;
  readonly progress: Progress;
  readonly callers: Callers;
}

/**
 * Counts a profile's unused dialogs in the store while it is topped up, and tells the callers. Within a pass it counts
 * only if a caller's minimum may have been reached: a top-up for one caller costs no further count.
 */
export class PoolCount {
  readonly #options: PoolCountOptions;
  /** The last count, and how many dialogs the top-up had created when it began. */
  #last: { readonly unusedTotal: number; readonly created: number } | null = null;
  #underWay: Promise<void> | null = null;

  constructor(options: PoolCountOptions) {
    this.#options = options;
  }

  /** Whether no caller has joined since the count began. A caller is answered only by a count that began after it. */
  isFresh({ arrivals }: Count): boolean {
    return arrivals === this.#options.callers.arrivals;
  }

  async count(): Promise<Count> {
    const { store } = this.#options;
    return this.#counted(async () => ({ unusedTotal: await store.unusedTotal(this.#profileId) }));
  }

  /** Counts, and reads the histories of the words: one query for all of them. */
  async survey(words: readonly Word[]): Promise<Observed> {
    if (words.length === 0) return { ...(await this.count()), candidates: [] };
    return this.#counted(async () => {
      const { histories, unusedTotal } = surveyLoader(this.#options.store, this.#profileId);
      const load = async (word: Word) => ({ word, history: await histories.load(word.id) });
      const candidates = await Promise.all(words.map(load));
      return { candidates, unusedTotal: unusedTotal() };
    });
  }

  /** Counts if the next minimum of a waiting caller may have been reached. Returns at once and never throws. */
  countIfDue(): void {
    if (this.#underWay !== null || !this.#isDue()) return;
    this.#underWay = this.#countWhileDue();
  }

  /** Resolves when no count of `countIfDue` is under way. */
  async settled(): Promise<void> {
    await this.#underWay;
  }

  get #profileId(): string {
    return this.#options.progress.profile.id;
  }

  async #counted<Result extends { readonly unusedTotal: number }>(
    read: () => Promise<Result>,
  ): Promise<Result & Count> {
    const { progress, callers } = this.#options;
    const { arrivals } = callers;
    const created = progress.created.length;
    const result = await read();
    progress.counted(result.unusedTotal);
    this.#last = { unusedTotal: result.unusedTotal, created };
    callers.counted(result.unusedTotal, arrivals);
    return { ...result, arrivals };
  }

  /** Whether the next minimum would be reached if no dialog had been claimed since the last count. */
  #isDue(): boolean {
    const { callers, progress } = this.#options;
    if (callers.next === null || this.#last === null) return false;
    return this.#last.unusedTotal + progress.created.length - this.#last.created >= callers.next;
  }

  async #countWhileDue(): Promise<void> {
    const { log } = this.#options;
    try {
      while (this.#isDue()) await this.count();
    } catch (error) {
      // The pass counts when it ends.
      log.debug({ profileId: this.#profileId, err: error }, 'a count within a pass failed');
    } finally {
      // Nothing is awaited since the last look whether a count is due. A dialog stored in between would not be counted.
      this.#underWay = null;
    }
  }
}
