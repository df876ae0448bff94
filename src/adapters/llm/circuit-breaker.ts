import type { Clock } from '../../ports/clock.ts';
import { GeneratorFailed } from '../../ports/generator.ts';
import type { Log } from '../../ports/log.ts';

/** How long nothing is sent after the model has failed as a whole, if the failure does not ask for more. */
const PAUSE_MS = 5_000;

/** A failure as a whole. */
export interface Outage {
  /** For the log; says nothing secret. */
  readonly message: string;
  /** What the provider says of it. */
  readonly detail: string | null;
  /** How long the model is to be left alone at least. */
  readonly pauseMs: number;
}

/**
 * Remembers that the model has failed as a whole, so that other callers do not pay to find out. After a failure
 * everyone is turned away for a pause, and after the pause one at a time may try, until one succeeds.
 */
export class CircuitBreaker {
  readonly #clock: Clock;
  readonly #log: Log;
  #outage: { readonly message: string; readonly until: number } | null = null;

  constructor(clock: Clock, log: Log) {
    this.#clock = clock;
    this.#log = log;
  }

  /** Whether the model has failed as a whole and has not answered since. */
  get isOpen(): boolean {
    return this.#outage !== null;
  }

  /** Whether the pause after a failure is over and it is not yet known whether the model works again. */
  get onProbation(): boolean {
    return this.#outage !== null && this.#pauseLeft(this.#outage) <= 0;
  }

  /** @throws {GeneratorFailed} during a pause */
  check(): void {
    const outage = this.#outage;
    const left = outage === null ? 0 : this.#pauseLeft(outage);
    if (outage === null || left <= 0) return;
    throw new GeneratorFailed(`${outage.message}; it is asked again in ${Math.ceil(left / 1000)} s`);
  }

  /**
   * Begins a pause, and logs its cause once however many calls in flight fail of it. A failure during a pause that
   * asks for a longer one gets it.
   */
  failed({ message, detail, pauseMs }: Outage): GeneratorFailed {
    const left = this.#outage === null ? 0 : this.#pauseLeft(this.#outage);
    const pause = left > 0 ? pauseMs : Math.max(pauseMs, PAUSE_MS);
    if (pause > left) this.#outage = { message, until: this.#clock.monotonic() + pause };
    if (left <= 0) this.#log.error({ cause: message, detail, pauseMs: pause }, 'the model failed as a whole');
    return new GeneratorFailed(message);
  }

  /** An answer to a call that was sent before a failure does not end the pause after it. */
  succeeded(): void {
    if (!this.onProbation) return;
    this.#outage = null;
    this.#log.info({}, 'the model works again');
  }

  #pauseLeft({ until }: { readonly until: number }): number {
    return until - this.#clock.monotonic();
  }
}
