import type { Word } from '../model/word.ts';
import type { Log } from '../ports/log.ts';
import type { Store } from '../ports/store.ts';
import type { Callers } from './callers.ts';
import type { Candidate } from './plan-pass.ts';
import type { Progress } from './progress.ts';

/** The unused dialogs of a profile, counted in the store. */
export interface Count {
  readonly unusedTotal: number;
  /** How many callers had come before the count began. */
  readonly arrivals: number;
}

/** What was seen of the pool before a pass. */
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
  /** What the store held when it was last counted, and how many dialogs had been made by then. */
  #last: { readonly unusedTotal: number; readonly created: number } | null = null;
  #underWay: Promise<void> | null = null;

  constructor(options: PoolCountOptions) {
    this.#options = options;
  }

  /** Whether no caller has come since the count began. A caller cannot be answered by a count from before it came. */
  isFresh({ arrivals }: Count): boolean {
    return arrivals === this.#options.callers.arrivals;
  }

  async count(): Promise<Count> {
    const { store } = this.#options;
    return this.#told(async () => ({ unusedTotal: await store.unusedTotal(this.#profileId) }));
  }

  /** Counts, and reads what is known of the words. */
  async survey(words: readonly Word[]): Promise<Observed> {
    const { store } = this.#options;
    const ids = words.map((word) => word.id);
    const { unusedTotal, arrivals, histories } = await this.#told(() => store.survey(this.#profileId, ids));
    const candidates = words.flatMap((word, i): Candidate[] => {
      const history = histories[i];
      return history === undefined ? [] : [{ word, history }];
    });
    return { unusedTotal, arrivals, candidates };
  }

  /** Counts if the next minimum that is waited for may have been reached. Returns at once and never throws. */
  countIfDue(): void {
    if (this.#underWay !== null || !this.#isDue()) return;
    this.#underWay = this.#countWhileDue().finally(() => {
      this.#underWay = null;
    });
  }

  /** Resolves when no count is under way that `countIfDue` began. */
  async settled(): Promise<void> {
    await this.#underWay;
  }

  get #profileId(): string {
    return this.#options.progress.profile.id;
  }

  async #told<Result extends { readonly unusedTotal: number }>(
    read: () => Promise<Result>,
  ): Promise<Result & Count> {
    const { progress, callers } = this.#options;
    const { arrivals } = callers;
    const created = progress.created.length;
    const result = await read();
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
    }
  }
}
