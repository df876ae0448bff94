import { CircuitBreaker } from '../concurrency/circuit-breaker.ts';
import type { Clock } from '../ports/clock.ts';

/** After this many sentences in a row failed, it is not the sentences: the voice fails as a whole. */
const FAILURES_IN_A_ROW = 5;
/** How long voicing in the background pauses after the voice has failed as a whole. */
const PAUSE_MS = 5_000;
/** The breakers of more profiles are not kept: that of the profile that was voiced least recently is dropped. */
const MOST_PROFILES = 1_000;

/** A circuit breaker for the voice of one profile. */
export function voiceBreaker(clock: Clock): CircuitBreaker {
  return new CircuitBreaker(clock, { pauseMs: PAUSE_MS, failuresInARow: FAILURES_IN_A_ROW });
}

/** A circuit breaker for each profile, since the provider may not know the reference voice of one profile. */
export class ProfileBreakers {
  readonly #clock: Clock;
  /** The profile that was voiced least recently comes first. */
  readonly #breakers = new Map<string, CircuitBreaker>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  of(profileId: string): CircuitBreaker {
    const breaker = this.#breakers.get(profileId) ?? voiceBreaker(this.#clock);
    this.#breakers.delete(profileId);
    this.#breakers.set(profileId, breaker);
    const [oldest] = this.#breakers.keys();
    if (this.#breakers.size > MOST_PROFILES && oldest !== undefined) this.#breakers.delete(oldest);
    return breaker;
  }
}
