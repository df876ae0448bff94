import { CallerLimit } from '../concurrency/caller-limit.ts';
import { TooManyRequests } from '../model/errors.ts';
import type { ChangeMark } from '../ports/change-marks.ts';
import type { Clock } from '../ports/clock.ts';
import { runWithoutCost } from '../ports/cost.ts';
import { type Events, profileIdOf } from '../ports/events.ts';
import type { Log } from '../ports/log.ts';
import type { Store } from '../ports/store.ts';
import { Watcher } from './watcher.ts';

/** The most watchers of one process. Each one belongs to an open event stream or to a claim that waits. */
const MAX_WATCHERS = 1_000;
/** The most watchers of one caller, so that it takes 20 callers to use up the limit of the process. */
export const MAX_WATCHERS_PER_CALLER = 50;

const ASK_AGAIN_AFTER_FAILURE_MS = 1_000;

/** What watching pools depends on. */
interface PoolChangesDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly events: Events;
  readonly log: Log;
}

interface WatchedProfile {
  readonly watchers: Set<Watcher>;
  /** Aborted when the last watcher has left. */
  readonly left: AbortController;
}

/**
 * Tells watchers that something of a profile's pool may have changed. Changes of this process are told at once. Those of
 * other processes are found by asking the store, as often as it allows, only while a profile is watched, and once however
 * many watch it.
 */
export class PoolChanges {
  readonly #deps: PoolChangesDeps;
  readonly #profiles = new Map<string, WatchedProfile>();
  readonly #ofCallers = new CallerLimit(MAX_WATCHERS_PER_CALLER);
  /** How many watchers count against the limit of the process. */
  #count = 0;
  #isStopped = false;

  constructor(deps: PoolChangesDeps) {
    this.#deps = deps;
    deps.events.subscribe((event) => {
      // A client may poll an empty pool, and must not wake those who watch it.
      if (event.type !== 'claimAnswered') this.#notify(profileIdOf(event));
    });
  }

  /**
   * Watches a profile. The iterator yields once at once, then after every change, and ends when the server stops. It
   * must be ended by `return`. Changes that happen before the next call of `next` are one.
   * @param caller whose limit the watcher counts against; null if it belongs to no caller in particular
   * @throws {TooManyRequests} if the process or the caller has too many watchers
   */
  watch(profileId: string, caller: string | null): Watcher {
    if (this.#isStopped) return endedWatcher();
    if (this.#count >= MAX_WATCHERS) {
      throw new TooManyRequests(
        'This server has too many open subscriptions and waiting claims. Send the request again in a moment.',
      );
    }
    const giveBack = this.#ofCallers.take(caller);
    if (giveBack === null) {
      throw new TooManyRequests(
        `You have ${MAX_WATCHERS_PER_CALLER} open subscriptions and waiting claims, and may not have more. End one, or wait until one has ended, and send the request again.`,
      );
    }
    this.#count += 1;
    return this.#add(profileId, () => {
      this.#count -= 1;
      giveBack();
    });
  }

  /** Watches a profile for this server's own work, which counts against no limit. */
  observe(profileId: string): Watcher {
    return this.#isStopped ? endedWatcher() : this.#add(profileId, () => undefined);
  }

  #add(profileId: string, onEnd: () => void): Watcher {
    const watcher = new Watcher(() => {
      onEnd();
      this.#leave(profileId, watcher);
    });
    const watched = this.#profiles.get(profileId);
    if (watched) watched.watchers.add(watcher);
    else {
      const left = new AbortController();
      this.#profiles.set(profileId, { watchers: new Set([watcher]), left });
      void runWithoutCost(() => this.#poll(profileId, left.signal));
    }
    return watcher;
  }

  /** Ends all watchers. Later ones end at once. */
  stop(): void {
    this.#isStopped = true;
    for (const { watchers } of [...this.#profiles.values()])
      for (const watcher of [...watchers]) watcher.end();
  }

  #leave(profileId: string, watcher: Watcher): void {
    const watched = this.#profiles.get(profileId);
    if (!watched?.watchers.delete(watcher)) return;
    if (watched.watchers.size > 0) return;
    watched.left.abort();
    this.#profiles.delete(profileId);
  }

  #notify(profileId: string): void {
    for (const watcher of this.#profiles.get(profileId)?.watchers ?? []) watcher.notify();
  }

  /** Asks the store for changes until `left` is aborted. Never rejects. */
  async #poll(profileId: string, left: AbortSignal): Promise<void> {
    const { store, clock, log } = this.#deps;
    let last: ChangeMark | null = null;
    while (!left.aborted) {
      try {
        const present = await store.changeMark(profileId, last);
        // Also after the first call: what was changed before it may not be in what a watcher has read.
        if (present.mark !== last?.mark && !left.aborted) this.#notify(profileId);
        last = present;
      } catch (error) {
        log.debug({ profileId, err: error }, 'the store could not be asked for changes');
      }
      await clock.sleep(last?.askAgainMs ?? ASK_AGAIN_AFTER_FAILURE_MS, left);
    }
  }
}

function endedWatcher(): Watcher {
  const watcher = new Watcher(() => undefined);
  watcher.end();
  return watcher;
}
