import { CircuitBreaker } from '../../concurrency/circuit-breaker.ts';
import type { Word } from '../../model/word.ts';
import type { Clock } from '../../ports/clock.ts';
import { GeneratorFailed, type WordFailed } from '../../ports/generator.ts';
import type { Log } from '../../ports/log.ts';

/** How long nothing is sent after the model has failed as a whole, unless the provider asks for a longer pause. */
const PAUSE_MS = 5_000;
/** If this many different words in a row got no dialog, the model fails as a whole. */
const FAILED_WORDS_IN_A_ROW = 20;

/** A failure of the model as a whole. */
export interface Outage {
  /** For the log. It holds no secret. */
  readonly message: string;
  /** What the provider says about the failure, for the log; null if it says nothing. */
  readonly detail: string | null;
  /** The pause that the provider asks for, in milliseconds; 0 if it asks for none. */
  readonly pauseMs: number;
}

/**
 * Stops calling a model that does not work. After it has failed as a whole, every call is refused for a pause. After the
 * pause one call at a time may be made, until one succeeds.
 */
export class ModelBreaker {
  readonly #breaker: CircuitBreaker;
  readonly #log: Log;
  /** The ids of the words that got no dialog since the last one that did. */
  readonly #failedWords = new Set<string>();
  /** The message of the last outage. */
  #cause = '';

  constructor(clock: Clock, log: Log) {
    this.#breaker = new CircuitBreaker(clock, { pauseMs: PAUSE_MS });
    this.#log = log;
  }

  /** Whether the model has failed as a whole and no call has succeeded since the pause. */
  get isDown(): boolean {
    return this.#breaker.state !== 'closed';
  }

  /** Whether only one call at a time may be made, because it is not known whether the model works again. */
  get isOnTrial(): boolean {
    return this.#breaker.state === 'half-open';
  }

  /** @throws {GeneratorFailed} during a pause */
  check(): void {
    const { pauseLeftMs } = this.#breaker;
    if (pauseLeftMs === 0) return;
    throw new GeneratorFailed(`${this.#cause}; it is asked again in ${Math.ceil(pauseLeftMs / 1000)} s`);
  }

  /** Starts a pause or prolongs it. Of several calls that fail in the same outage, the first is logged. */
  failed({ message, detail, pauseMs }: Outage): GeneratorFailed {
    if (this.#breaker.open(pauseMs)) {
      this.#cause = message;
      const pause = Math.round(this.#breaker.pauseLeftMs);
      this.#log.error({ cause: message, detail, pauseMs: pause }, 'the model failed as a whole');
    }
    return new GeneratorFailed(message);
  }

  /**
   * A word got no dialog, although the model answered.
   * @returns the failure of the word, or of the model as a whole after too many such words in a row
   */
  wordFailed({ id }: Word, failure: WordFailed): Error {
    this.#failedWords.add(id);
    const { size } = this.#failedWords;
    if (size < FAILED_WORDS_IN_A_ROW) return failure;
    const message = `${size} words in a row got no usable dialog from the model`;
    return this.failed({ message, detail: failure.message, pauseMs: 0 });
  }

  /** A word got its dialog. This ends an outage, but not its pause: the call may have been sent before the failure. */
  succeeded(): void {
    this.#failedWords.clear();
    if (this.#breaker.succeeded()) this.#log.info({}, 'the model works again');
  }
}
