import type { Clock } from '../ports/clock.ts';

/** When a circuit opens and for how long. */
export interface CircuitBreakerOptions {
  /** The shortest pause after the circuit has opened, in milliseconds. */
  readonly pauseMs: number;
  /** The circuit opens after this many failed calls with no success between them, at least 1; left out: never. */
  readonly failuresInARow?: number;
}

/**
 * Keeps callers away from a service that fails as a whole, so that they need not pay to find out.
 * - `closed`: calls may be made.
 * - `open`: no call should be made until a pause is over.
 * - `half-open`: the pause is over, and no call has succeeded since.
 */
export class CircuitBreaker {
  readonly #clock: Clock;
  readonly #options: CircuitBreakerOptions;
  #failuresInARow = 0;
  /** When the pause ends, by the monotonic clock; null while the circuit is closed. */
  #openUntil: number | null = null;
  #nextOpening: AbortController | null = null;

  constructor(clock: Clock, options: CircuitBreakerOptions) {
    this.#clock = clock;
    this.#options = options;
  }

  get state(): 'closed' | 'open' | 'half-open' {
    if (this.#openUntil === null) return 'closed';
    return this.pauseLeftMs > 0 ? 'open' : 'half-open';
  }

  /** How long no call should be made, in milliseconds; 0 unless the circuit is open. */
  get pauseLeftMs(): number {
    return this.#openUntil === null ? 0 : Math.max(0, this.#openUntil - this.#clock.monotonic());
  }

  /** Aborted when the circuit opens the next time. Work that begins now stops on it. */
  get nextOpening(): AbortSignal {
    this.#nextOpening ??= new AbortController();
    return this.#nextOpening.signal;
  }

  /**
   * Opens the circuit, because every call would fail. If it is open already, a longer pause replaces a shorter one.
   * @param pauseMs the pause that the service asks for
   * @returns whether this call has opened the circuit
   */
  open(pauseMs = 0): boolean {
    const left = this.pauseLeftMs;
    const isOpening = left === 0;
    const pause = isOpening ? Math.max(pauseMs, this.#options.pauseMs) : pauseMs;
    if (pause > left) this.#openUntil = this.#clock.monotonic() + pause;
    this.#failuresInARow = 0;
    this.#nextOpening?.abort();
    this.#nextOpening = null;
    return isOpening;
  }

  /** Counts a call that failed by itself, unless the circuit is open. @returns whether this has opened the circuit */
  failed(): boolean {
    if (this.state === 'open') return false;
    this.#failuresInARow += 1;
    const { failuresInARow = Number.POSITIVE_INFINITY } = this.#options;
    return this.#failuresInARow >= failuresInARow && this.open();
  }

  /**
   * A call has succeeded. This closes a half-open circuit. It does not end a pause, because the call may have been sent
   * before the failure.
   * @returns whether this has closed the circuit
   */
  succeeded(): boolean {
    if (this.state === 'open') return false;
    const wasHalfOpen = this.#openUntil !== null;
    this.#failuresInARow = 0;
    this.#openUntil = null;
    return wasHalfOpen;
  }
}
