import type { Clock } from '../ports/clock.ts';
import { SentenceFailed } from '../ports/voice.ts';

/** Where so many sentences fail and none succeeds between them, it is not the sentences. */
const FAILURES_IN_A_ROW = 5;
/** After the voice failed as a whole, work in the background waits so long before it asks again. */
const PAUSE_MS = 5_000;

interface Circuit {
  readonly failuresInARow: number;
  /** The number of the last breakdown, 0 if there was none. */
  readonly breakdown: number;
  readonly pausedUntil: number;
}

/**
 * When to stop asking. Each profile is judged by its own sentences, since it may be its reference voice that the
 * provider does not know. Nothing is remembered of profiles that are voiced without trouble.
 */
export class CircuitBreaker {
  readonly #clock: Clock;
  readonly #circuits = new Map<string, Circuit>();
  #breakdowns = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** For work that begins now: whether the profile's voice has not failed as a whole since. */
  watch(profileId: string): () => boolean {
    const before = this.#breakdowns;
    return () => (this.#circuits.get(profileId)?.breakdown ?? 0) <= before;
  }

  /** A sentence has been bought. */
  succeeded(profileId: string): void {
    this.#circuits.delete(profileId);
  }

  /** A sentence could not be bought. @returns whether that shows that the voice fails as a whole */
  failed(profileId: string, error: unknown): boolean {
    const before = this.#circuits.get(profileId);
    const failuresInARow = (before?.failuresInARow ?? 0) + 1;
    const whole = !(error instanceof SentenceFailed) || failuresInARow >= FAILURES_IN_A_ROW;
    if (whole) this.#breakdowns += 1;
    this.#circuits.set(profileId, {
      failuresInARow: whole ? 0 : failuresInARow,
      breakdown: whole ? this.#breakdowns : (before?.breakdown ?? 0),
      pausedUntil: whole ? this.#clock.monotonic() + PAUSE_MS : (before?.pausedUntil ?? 0),
    });
    return whole;
  }

  /** How many milliseconds work in the background has to wait; 0 if it need not wait. */
  pauseMs(profileId: string): number {
    const until = this.#circuits.get(profileId)?.pausedUntil ?? 0;
    return Math.max(0, until - this.#clock.monotonic());
  }
}
