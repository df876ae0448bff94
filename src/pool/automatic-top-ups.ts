import { Backoff } from '../concurrency/backoff.ts';
import type { Profile } from '../model/profile.ts';
import type { TopUpOutcome } from '../model/top-up-outcome.ts';
import { utcDay } from '../model/utc-day.ts';
import type { Clock } from '../ports/clock.ts';
import type { Events } from '../ports/events.ts';
import type { TopUps } from './top-ups.ts';

const DAY_MS = 24 * 60 * 60_000;

/** How long a pool that seems to have a dialog for each word is left alone while nothing is seen to change. */
const EXHAUSTED_MS = { first: 60_000, longest: 15 * 60_000 };
/**
 * The same for a pool with words that got no dialog. Another process may have replaced one by another word, so that the
 * counts are as before. Looking again costs no paid call: words that have just failed are left out.
 */
const WORDS_FAILED_MS = { first: 10_000, longest: 40_000 };
/** How long claims that find a pool empty leave it alone after a top-up that ended short for any other reason. */
const FAILED_MS = { first: 5_000, longest: 60_000 };
/**
 * How long maintenance leaves a pool alone after its top-up ended in this way. Each such top-up has a record, of which the
 * profile keeps 20, and may pay for calls.
 */
const FAILED_AT_LOOK_MS = { first: 60_000, longest: 120 * 60_000 };
/** The same after the calls of the day were used up. No further call is allowed on that day. */
const OUT_OF_CALLS_MS = { first: DAY_MS, longest: DAY_MS };
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
 * which is still short is left alone for a while, unless the number of its words or dialogs or its profile is seen to
 * change, or this process changes anything of it. Each process remembers the pauses that it has begun.
 */
export class AutomaticTopUps {
  readonly #topUps: TopUps;
  readonly #clock: Clock;
  readonly #exhausted: Backoff;
  readonly #wordsFailed: Backoff;
  readonly #failed: Backoff;
  readonly #failedAtLook: Backoff;
  readonly #outOfCalls: Backoff;
  readonly #tried: Backoff;

  /** @param events a change of a profile, its words or its dialogs shows that a top-up may be of use again */
  constructor(topUps: TopUps, clock: Clock, events: Events) {
    this.#topUps = topUps;
    this.#clock = clock;
    this.#exhausted = new Backoff(clock, EXHAUSTED_MS);
    this.#wordsFailed = new Backoff(clock, WORDS_FAILED_MS);
    this.#failed = new Backoff(clock, FAILED_MS);
    this.#failedAtLook = new Backoff(clock, FAILED_AT_LOOK_MS);
    this.#outOfCalls = new Backoff(clock, OUT_OF_CALLS_MS);
    this.#tried = new Backoff(clock, TRIED_MS);
    events.subscribe((event) => {
      if (event.type === 'dialogStored') {
        for (const pauses of [this.#failedAtLook, this.#outOfCalls]) pauses.end(event.profile.id);
      }
      if (event.type !== 'poolChanged') return;
      for (const pauses of [this.#tried, this.#exhausted, this.#wordsFailed]) pauses.end(event.profileId);
    });
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
   * @returns when the top-up has ended for this minimum
   * @throws what `count` throws
   */
  async countAndTopUp(profile: Profile, count: () => Promise<PoolState | null>): Promise<void> {
    // This pause begins first, so that a change that the count misses ends it.
    this.#tried.begin(profile.id);
    let wereTried = false;
    try {
      const state = await count();
      if (state !== null) wereTried = (await this.#topUp(profile, state)) === 'WORDS_EXHAUSTED';
    } finally {
      if (!wereTried) this.#tried.end(profile.id);
    }
  }

  /**
   * Whether maintenance is to leave a pool alone that it has found short, also because a top-up has failed a while ago.
   * Such a pause ends if this process stores a dialog. A pause because the calls of the day were used up ends also with
   * the UTC day, and if the profile's limit of paid calls is changed.
   * @param state as it was just counted in the store
   */
  isPausedAtLook(profile: Profile, state: PoolState): boolean {
    const { id } = profile;
    if (this.#failedAtLook.isOn(id) || this.#outOfCalls.isOn(id, this.#allowedCalls(profile))) return true;
    return this.#pausesFor(state).isOn(id, stateOf(profile, state));
  }

  /**
   * Tops up a pool that maintenance has found short, unless it is to be left alone.
   * @param state as it was just counted in the store
   * @returns when the top-up has ended for this minimum. Never rejects
   */
  async topUpAtLook(profile: Profile, state: PoolState): Promise<void> {
    if (this.isPausedAtLook(profile, state)) return;
    const { id } = profile;
    const allowed = this.#allowedCalls(profile);
    const outcome = await this.#topUp(profile, state);
    if (outcome === 'BUDGET_EXHAUSTED') this.#outOfCalls.begin(id, allowed);
    else if (hasFailed(outcome)) this.#failedAtLook.begin(id);
    else this.#failedAtLook.end(id);
  }

  /** What decides whether calls are left today that were not a while ago. */
  #allowedCalls({ createdAt, maxCallsPerDay }: Profile): string {
    return `${createdAt.toISOString()} ${utcDay(this.#clock.now())} ${maxCallsPerDay}`;
  }

  /** The pauses of a pool after all its words were tried. */
  #pausesFor({ unused, teaching, pending }: PoolState): Backoff {
    // A word has at most one unused dialog. If there are fewer dialogs than words, some words got none.
    return unused < teaching + pending ? this.#wordsFailed : this.#exhausted;
  }

  /** @returns how it ended, or that all words were tried a while ago; null if it was broken off or cancelled */
  async #topUp(profile: Profile, state: PoolState): Promise<TopUpOutcome | null> {
    const { id } = profile;
    const pauses = this.#pausesFor(state);
    const observed = stateOf(profile, state);
    if (pauses.isOn(id, observed)) return 'WORDS_EXHAUSTED';
    // This pause begins first too. If dialogs are created, the pool is counted to be another one next time.
    pauses.begin(id, observed);
    const outcome = (await this.#topUps.startAutomatically(profile, profile.minDialogs))?.outcome ?? null;
    if (outcome !== 'WORDS_EXHAUSTED') pauses.end(id);
    if (hasFailed(outcome)) this.#failed.begin(id);
    else this.#failed.end(id);
    return outcome;
  }
}

/** Whether a top-up ended short although there are words to try. */
function hasFailed(outcome: TopUpOutcome | null): boolean {
  return outcome !== 'SATISFIED' && outcome !== 'WORDS_EXHAUSTED';
}

/** What is seen of a pool and its profile without reading the words. */
function stateOf(profile: Profile, { unused, teaching, pending }: PoolState): string {
  const { nativeLanguage, targetLanguage, level, wordOrder, minDialogs } = profile;
  return JSON.stringify([
    unused,
    teaching,
    pending,
    nativeLanguage,
    targetLanguage,
    level,
    wordOrder,
    minDialogs,
  ]);
}
