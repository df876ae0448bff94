import { Backoff } from '../concurrency/backoff.ts';
import type { Profile } from '../model/profile.ts';
import type { Clock } from '../ports/clock.ts';
import { type Events, profileIdOf } from '../ports/events.ts';
import type { TopUps } from './top-ups.ts';

/** How long a pool is left alone after all its words were tried. */
const EXHAUSTED_MS = { first: 5 * 60_000, longest: 6 * 60 * 60_000 };
/** How long claims that find a pool empty leave it alone after a top-up that ended short for any other reason. */
const FAILED_MS = { first: 5_000, longest: 60_000 };
/**
 * How long claims that find a pool empty do not count its words again, after all of them were tried. Changes by other
 * processes are seen only then.
 */
const TRIED_MS = { first: 5_000, longest: 5_000 };

/** What a pool and its words were counted to be. */
export interface PoolState {
  readonly unused: number;
  readonly teaching: number;
  readonly pending: number;
}

/**
 * The top-ups that nobody asked for: those after claims and those of maintenance. A pool whose words were all tried and
 * which is still short is left alone for a while, at first for 5 minutes, unless the number of its words or dialogs
 * changes: the generator may be unable to write dialogs for its words, and each attempt is paid for. Each process
 * remembers the pauses that it has begun.
 */
export class AutomaticTopUps {
  readonly #topUps: TopUps;
  readonly #exhausted: Backoff;
  readonly #failed: Backoff;
  readonly #tried: Backoff;

  /** @param events an event of a profile shows that a top-up may be of use again */
  constructor(topUps: TopUps, clock: Clock, events: Events) {
    this.#topUps = topUps;
    this.#exhausted = new Backoff(clock, EXHAUSTED_MS);
    this.#failed = new Backoff(clock, FAILED_MS);
    this.#tried = new Backoff(clock, TRIED_MS);
    events.subscribe((event) => this.#tried.end(profileIdOf(event)));
  }

  /** Whether the last top-up of the profile has failed, was cancelled or has used up its budget a short while ago. */
  hasJustFailed(profileId: string): boolean {
    return this.#failed.isOn(profileId);
  }

  /** Whether all words of the profile were tried a short while ago, and this process has changed nothing since. */
  hasJustTriedAll(profileId: string): boolean {
    return this.#tried.isOn(profileId);
  }

  /**
   * Counts a pool and tops it up if it is short, unless it is to be left alone.
   * @param count counts the pool in the store; null if it is not short
   * @returns when the top-up has ended
   * @throws what `count` throws
   */
  async countAndTopUp(profile: Profile, count: () => Promise<PoolState | null>): Promise<void> {
    // This pause begins first, so that a change that the count misses ends it.
    this.#tried.begin(profile.id);
    let wereTried = false;
    try {
      const state = await count();
      if (state !== null) wereTried = await this.topUp(profile, state);
    } finally {
      if (!wereTried) this.#tried.end(profile.id);
    }
  }

  /**
   * Tops up a pool that is short, unless it is to be left alone.
   * @param state as it was just counted in the store
   * @returns whether all words were tried, now or before, when the top-up has ended. Never rejects
   */
  async topUp(profile: Profile, state: PoolState): Promise<boolean> {
    const keyWith = (unused: number) => `${profile.id} ${state.teaching} ${state.pending} ${unused}`;
    if (this.#exhausted.isOn(keyWith(state.unused))) return true;
    const end = await this.#topUps.startAutomatically(profile, profile.minDialogs);
    const wereTried = end?.outcome === 'WORDS_EXHAUSTED';
    if (wereTried) this.#exhausted.begin(keyWith(end.unusedTotal));
    if (wereTried || end?.outcome === 'SATISFIED') this.#failed.end(profile.id);
    else this.#failed.begin(profile.id);
    return wereTried;
  }
}
