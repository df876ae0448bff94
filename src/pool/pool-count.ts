import type { Word } from '../model/word.ts';
import type { Log } from '../ports/log.ts';
import type { Store } from '../ports/store.ts';
import type { Demand, TopUpListener } from './demand.ts';
import type { Candidate } from './plan-pass.ts';
import type { Progress } from './progress.ts';

/** What was seen of the pool before a pass. */
export interface Observed {
  readonly unusedTotal: number;
  readonly candidates: readonly Candidate[];
}

/** What counting for a top-up needs. */
export interface PoolCountOptions {
  readonly store: Store;
  readonly log: Log;
  readonly profileId: string;
  readonly progress: Progress;
  readonly demand: Demand;
  readonly listener: TopUpListener;
}

/**
 * Counts a profile's unused dialogs in the store while it is topped up, and tells the listener. Within a pass it
 * counts only if somebody's minimum may have been reached: a top-up for one caller costs no further count.
 */
export class PoolCount {
  readonly #options: PoolCountOptions;
  /** What the store held when it was last counted, and how many dialogs had been made by then. */
  #last: { readonly unusedTotal: number; readonly created: number; readonly arrivals: number } | null = null;
  #underWay: Promise<void> | null = null;

  constructor(options: PoolCountOptions) {
    this.#options = options;
  }

  /** Whether nobody has come since the last count began: a count from before says nothing to a caller. */
  get isFresh(): boolean {
    return this.#last?.arrivals === this.#options.demand.arrivals;
  }

  async count(): Promise<number> {
    const { store, profileId } = this.#options;
    const read = async () => ({ unusedTotal: await store.unusedTotal(profileId) });
    return (await this.#told(read)).unusedTotal;
  }

  /** Counts, and reads what is known of the words. */
  async survey(words: readonly Word[]): Promise<Observed> {
    const { store, profileId } = this.#options;
    const ids = words.map((word) => word.id);
    const { unusedTotal, histories } = await this.#told(() => store.survey(profileId, ids));
    const candidates = words.flatMap((word, i): Candidate[] => {
      const history = histories[i];
      return history === undefined ? [] : [{ word, history }];
    });
    return { unusedTotal, candidates };
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

  async #told<Result extends { readonly unusedTotal: number }>(read: () => Promise<Result>): Promise<Result> {
    const { progress, demand, listener } = this.#options;
    const { arrivals } = demand;
    const created = progress.created.length;
    const result = await read();
    this.#last = { unusedTotal: result.unusedTotal, created, arrivals };
    listener.counted(result.unusedTotal, arrivals);
    return result;
  }

  /** Whether the next minimum would be reached if no dialog had been claimed since the last count. */
  #isDue(): boolean {
    const { demand, progress } = this.#options;
    if (demand.next === null || this.#last === null) return false;
    return this.#last.unusedTotal + progress.created.length - this.#last.created >= demand.next;
  }

  async #countWhileDue(): Promise<void> {
    const { log, profileId } = this.#options;
    try {
      while (this.#isDue()) await this.count();
    } catch (error) {
      // The pass counts when it ends.
      log.debug({ profileId, err: error }, 'a count within a pass failed');
    }
  }
}
