import type { Dialog } from '../model/dialog.ts';
import type { Profile } from '../model/profile.ts';
import type { Clock, NewId } from '../ports/clock.ts';
import { runWithoutCost } from '../ports/cost.ts';
import type { Events } from '../ports/events.ts';
import type { Log } from '../ports/log.ts';
import type { Store } from '../ports/store.ts';
import type { AutomaticTopUps } from './automatic-top-ups.ts';
import { ClaimQueues } from './claim-queues.ts';
import type { PoolChanges } from './pool-changes.ts';
import type { TopUps } from './top-ups.ts';

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
  /** The caller whose limit of watchers the claim counts against while it waits. No limit applies if it is null or left out. */
  readonly caller?: string | null;
}

/** What claiming depends on. */
interface ClaimsDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly events: Events;
  readonly log: Log;
  readonly topUps: TopUps;
  readonly automatic: AutomaticTopUps;
  readonly changes: PoolChanges;
  readonly stopping: AbortSignal;
}

/** Takes dialogs out of pools, and has pools topped up whose profile asks for it. */
export class Claims {
  readonly #deps: ClaimsDeps;
  readonly #waiting: ClaimQueues;
  /** Profiles whose pool is being counted and topped up after a claim, each with the profile as the last claim since read it. */
  readonly #refilling = new Map<string, { claimed: Profile | null }>();
  readonly #running = new Set<Promise<void>>();

  constructor(deps: ClaimsDeps) {
    this.#deps = deps;
    this.#waiting = new ClaimQueues(deps);
  }

  /** @throws {ProfileNotFound | StoreUnavailable | TooManyRequests} with no dialog claimed */
  async claim(profile: Profile, options: ClaimOptions): Promise<Dialog[]> {
    const { automatic, clock, events } = this.#deps;
    let dialogs = await this.#take(profile, options);
    const waits = dialogs.length === 0 && options.whenEmpty === 'WAIT';
    const began = clock.monotonic();
    if (waits) {
      dialogs = await this.#waiting.wait(profile, options.caller ?? null, () => this.#take(profile, options));
    }
    const waitedMs = waits ? clock.monotonic() - began : null;
    events.publish({ type: 'claimAnswered', profileId: profile.id, dialogs: dialogs.length, waitedMs });
    // A claim that waited and got nothing has just seen a top-up end. A client may poll an empty pool, and must not start
    // a top-up, or count the pool, each time if the last one has just failed or tried all words.
    const wasInVain = automatic.hasJustFailed(profile.id) || automatic.hasJustTriedAll(profile.id);
    const isWorthwhile = dialogs.length > 0 || !(waits || wasInVain);
    if (profile.autoTopUp && profile.minDialogs > 0 && isWorthwhile) this.#refill(profile);
    return dialogs;
  }

  /** Resolves when the top-ups that claims have started have ended. */
  async idle(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }

  async #take({ id }: Profile, { count, claimKey }: ClaimOptions): Promise<Dialog[]> {
    const { store, clock, newId, events } = this.#deps;
    const dialogs = await store.claimDialogs(id, count, clock.now(), newId(), claimKey);
    if (dialogs.length > 0) events.publish({ type: 'poolChanged', profileId: id });
    return dialogs;
  }

  /** Starts a top-up if too few dialogs are left. Returns at once and never throws; many claims count once. */
  #refill(profile: Profile): void {
    const present = this.#refilling.get(profile.id);
    if (present) {
      present.claimed = profile;
      return;
    }
    const refilling = { claimed: profile };
    this.#refilling.set(profile.id, refilling);
    const running = runWithoutCost(() => this.#refillWhileClaimed(profile.id, refilling)).finally(() => {
      this.#running.delete(running);
    });
    this.#running.add(running);
  }

  /** Never rejects. */
  async #refillWhileClaimed(id: string, refilling: { claimed: Profile | null }): Promise<void> {
    const { store, automatic, log, stopping } = this.#deps;
    try {
      for (let profile = refilling.claimed; profile && !stopping.aborted; profile = refilling.claimed) {
        refilling.claimed = null;
        const { minDialogs } = profile;
        await automatic.countAndTopUp(profile, async () => {
          const unused = await store.unusedTotal(id);
          if (unused >= minDialogs) return null;
          const [words] = await store.wordCounts([id]);
          return words ? { unused, ...words } : null;
        });
        if (automatic.hasJustFailed(id)) return;
      }
    } catch (error) {
      // Maintenance finds the pool short later.
      log.warn({ profileId: id, err: error }, 'a pool could not be topped up after a claim');
    } finally {
      // Nothing is awaited since the last look at `claimed`. A claim in between would be forgotten.
      this.#refilling.delete(id);
    }
  }
}
