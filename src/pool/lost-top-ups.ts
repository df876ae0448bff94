import { isFinished, type TopUpRecord } from '../model/top-up-record.ts';
import type { Clock } from '../ports/clock.ts';
import { runWithoutCost } from '../ports/cost.ts';
import type { Log } from '../ports/log.ts';
import type { Store } from '../ports/store.ts';

/** How long a record of a living process is unchanged at most, with a wide margin. A recorder writes every 5 s. */
const LOST_AFTER_MS = 20_000;
const READ_EVERY_MS = 1_000;
/** More records than these are not watched at the same time. */
const MAX_WATCHED = 1_000;

/** What watching for lost top-ups depends on. */
interface LostTopUpsDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Finds top-ups whose process has died, and marks their records as lost. Only the monotonic clock of this process
 * counts: a record that stays unchanged for 20 s while it is watched belongs to no living process.
 */
export class LostTopUps {
  readonly #deps: LostTopUpsDeps;
  readonly #stopping: AbortSignal;
  /** The record of each top-up that is watched, as it was read last. */
  readonly #watched = new Map<string, TopUpRecord>();

  constructor(deps: LostTopUpsDeps, stopping: AbortSignal) {
    this.#deps = deps;
    this.#stopping = stopping;
  }

  /**
   * Watches a record until it is lost or changes to a version that nobody has read yet. Returns at once and never throws.
   * @param record as it was just read
   */
  watch(record: TopUpRecord): void {
    const key = `${record.profileId}\0${record.id}`;
    if (isFinished(record)) return;
    const isWatched = this.#watched.has(key);
    if (!isWatched && this.#watched.size >= MAX_WATCHED) return;
    this.#watched.set(key, record);
    if (isWatched) return;
    void runWithoutCost(() => this.#watch(key, record)).finally(() => this.#watched.delete(key));
  }

  async #watch(key: string, first: TopUpRecord): Promise<void> {
    const { store, clock, log } = this.#deps;
    let record = first;
    let since = clock.monotonic();
    try {
      while (clock.monotonic() - since < LOST_AFTER_MS) {
        await clock.sleep(READ_EVERY_MS, this.#stopping);
        if (this.#stopping.aborted) return;
        const [present] = await store.topUpRecords([{ profileId: record.profileId, topUpId: record.id }]);
        if (!present) return;
        if (present.version === record.version) continue;
        // The process was alive. It is watched on if the change has been read, since it may not be read again.
        if (this.#watched.get(key)?.version !== present.version) return;
        record = present;
        since = clock.monotonic();
      }
      await store.saveTopUp({ ...record, state: 'lost', endedAt: clock.now() });
    } catch (error) {
      log.warn({ topUpId: first.id, err: error }, 'a top-up could not be watched');
    }
  }
}
