import type { Dialog } from '../model/dialog.ts';
import type { Profile } from '../model/profile.ts';
import type { Clock, NewId } from '../ports/clock.ts';
import { runWithoutCost } from '../ports/cost.ts';
import type { Events } from '../ports/events.ts';
import type { Log } from '../ports/log.ts';
import type { Store } from '../ports/store.ts';
import type { PoolChanges } from './pool-changes.ts';
import type { TopUps } from './top-ups.ts';

/** How long a claim waits for a dialog, in milliseconds. */
const MAX_WAIT_MS = 30_000;

/** What a claim does if the pool is empty. */
export type WhenEmpty = 'EMPTY' | 'WAIT';

/** What a caller claims. */
export interface ClaimOptions {
  /** How many dialogs to take at most, 1 to 100. */
  readonly count: number;
  /** Chosen by the caller, so that it gets the same dialogs if it repeats the call. */
  readonly claimKey?: string | undefined;
  /**
   * If the pool is empty, `EMPTY` returns no dialog, and `WAIT` waits up to 30 s for the first dialog of a top-up.
   * `EMPTY` if it is left out.
   */
  readonly whenEmpty?: WhenEmpty | undefined;
}

/** What claiming depends on. */
interface ClaimsDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly events: Events;
  readonly log: Log;
  readonly topUps: TopUps;
  readonly changes: PoolChanges;
  readonly stopping: AbortSignal;
}

/** Takes dialogs out of pools, and has pools topped up whose profile asks for it. */
export class Claims {
  readonly #deps: ClaimsDeps;
  /** Profiles whose pool is being counted, and whether dialogs were claimed meanwhile. */
  readonly #refilling = new Map<string, { isStale: boolean }>();
  readonly #counting = new Set<Promise<void>>();

  constructor(deps: ClaimsDeps) {
    this.#deps = deps;
  }

  /** @throws {ProfileNotFound | StoreUnavailable | TooManyRequests} with no dialog claimed */
  async claim(profile: Profile, options: ClaimOptions): Promise<Dialog[]> {
    let dialogs = await this.#take(profile, options);
    if (dialogs.length === 0 && options.whenEmpty === 'WAIT') dialogs = await this.#wait(profile, options);
    if (dialogs.length > 0 && profile.autoTopUp) this.#refill(profile);
    return dialogs;
  }

  /** Resolves when every claim so far has started the top-up that it has to start. */
  async idle(): Promise<void> {
    while (this.#counting.size > 0) await Promise.all(this.#counting);
  }

  async #take({ id }: Profile, { count, claimKey }: ClaimOptions): Promise<Dialog[]> {
    const { store, clock, newId, events } = this.#deps;
    const dialogs = await store.claimDialogs(id, count, clock.now(), newId(), claimKey);
    if (dialogs.length > 0) events.publish({ type: 'poolChanged', profileId: id });
    return dialogs;
  }

  /** Tops up the pool, and claims whenever something has changed, until there is a dialog or none will come. */
  async #wait(profile: Profile, options: ClaimOptions): Promise<Dialog[]> {
    const { clock, changes, topUps, stopping } = this.#deps;
    const watcher = changes.watch(profile.id);
    const answered = new AbortController();
    void clock.sleep(MAX_WAIT_MS, answered.signal).then(() => watcher.end());
    try {
      for (let isLast = false; ; ) {
        const topUp = { hasEnded: false };
        // The pool is filled in the background, so that it can be cancelled. This caller waits for one dialog.
        void topUps.startAutomatically(profile, Math.max(1, profile.minDialogs));
        const share = topUps.ensure(profile, 1, { readsReport: false }).finally(() => {
          topUp.hasEnded = true;
          watcher.notify();
        });
        share.catch(() => undefined);
        while (!topUp.hasEnded && !isLast) {
          isLast = (await watcher.next()).done === true;
          const dialogs = await this.#take(profile, options);
          if (dialogs.length > 0) return dialogs;
        }
        if (isLast || stopping.aborted) return [];
        const { outcome } = await share;
        // If the minimum was reached, others have claimed every dialog before this caller.
        if (outcome !== 'SATISFIED') return this.#take(profile, options);
      }
    } finally {
      answered.abort();
      watcher.end();
    }
  }

  /** Starts a top-up if too few dialogs are left. Returns at once and never throws; many claims count once. */
  #refill(profile: Profile): void {
    const refilling = this.#refilling.get(profile.id);
    if (refilling) {
      refilling.isStale = true;
      return;
    }
    this.#refilling.set(profile.id, { isStale: true });
    const counting = runWithoutCost(() => this.#refillWhileStale(profile)).finally(() => {
      this.#refilling.delete(profile.id);
      this.#counting.delete(counting);
    });
    this.#counting.add(counting);
  }

  async #refillWhileStale(profile: Profile): Promise<void> {
    const { store, topUps, log, stopping } = this.#deps;
    const refilling = this.#refilling.get(profile.id);
    try {
      while (refilling?.isStale && !stopping.aborted) {
        refilling.isStale = false;
        if ((await store.unusedTotal(profile.id)) < profile.minDialogs) {
          void topUps.startAutomatically(profile, profile.minDialogs);
        }
      }
    } catch (error) {
      // Maintenance finds the pool short later.
      log.warn({ profileId: profile.id, err: error }, 'a pool could not be topped up after a claim');
    }
  }
}
