import { TooManyRequests } from '../model/errors.ts';
import type { Clock } from '../ports/clock.ts';
import { runWithoutCost } from '../ports/cost.ts';
import type { Events, TopUpEvent } from '../ports/events.ts';
import type { Log } from '../ports/log.ts';
import type { Store } from '../ports/store.ts';
import { Watcher } from './watcher.ts';

/** The most watchers of one process. Each one belongs to an open event stream. */
const MAX_WATCHERS = 1_000;

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
  #count = 0;
  #isStopped = false;

  constructor(deps: PoolChangesDeps) {
    this.#deps = deps;
    deps.events.subscribe((event) => this.#notify(profileIdOf(event)));
  }

  /**
   * Watches a profile. The iterator yields once at once, then after every change, and ends when the server stops. It
   * must be ended by `return`. Changes that happen before the next call of `next` are one.
   * @throws {TooManyRequests} if the process has too many watchers
   */
  watch(profileId: string): Watcher {
    if (this.#count >= MAX_WATCHERS) {
      throw new TooManyRequests('This server has too many open subscriptions. Subscribe again in a moment.');
    }
    const watcher = new Watcher(() => this.#leave(profileId, watcher));
    if (this.#isStopped) {
      watcher.end();
      return watcher;
    }
    this.#count += 1;
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
    this.#count -= 1;
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
    let mark: string | null = null;
    let askAgainMs = ASK_AGAIN_AFTER_FAILURE_MS;
    while (!left.aborted) {
      try {
        const present = await store.changeMark(profileId);
        if (mark !== null && present.mark !== mark && !left.aborted) this.#notify(profileId);
        ({ mark, askAgainMs } = present);
      } catch (error) {
        log.debug({ profileId, err: error }, 'the store could not be asked for changes');
      }
      await clock.sleep(askAgainMs, left);
    }
  }
}

function profileIdOf(event: TopUpEvent): string {
  return 'profile' in event ? event.profile.id : event.profileId;
}
