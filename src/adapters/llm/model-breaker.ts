import { CircuitBreaker } from '../../concurrency/circuit-breaker.ts';
import type { Word } from '../../model/word.ts';
import type { Clock } from '../../ports/clock.ts';
import { GeneratorFailed, type WordFailed } from '../../ports/generator.ts';
import type { Log } from '../../ports/log.ts';

/** How long nothing is sent after the model has failed as a whole, unless the provider asks for a longer pause. */
const PAUSE_MS = 5_000;
/** If this many different words in a row got no dialog, the model fails as a whole. */
const FAILED_WORDS_IN_A_ROW = 20;
/** How many words that began an outage are remembered. */
const MOST_SUSPECTS = 100;
/** How many of them may fail alone in a row while no outage is known, each with all its calls. */
const MOST_FAILING_ALONE = 3;

/** A failure of the model as a whole. */
export interface Outage {
  /** For the log. It holds no secret. */
  readonly message: string;
  /** What the provider says about the failure, for the log; null if it says nothing. */
  readonly detail: string | null;
  /** The word that was called for, if the cause of the failure may lie in it; else null. */
  readonly suspect: Word | null;
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
  /** The ids of the words whose calls began the last outages, and that have got no dialog since. */
  readonly #suspects = new Set<string>();
  /** The ids of the suspects that were excused since the last outage began or the last dialog was written. */
  readonly #excused = new Set<string>();
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
  failed({ message, detail, suspect, pauseMs }: Outage): GeneratorFailed {
    if (this.#breaker.open(pauseMs)) {
      this.#cause = message;
      this.#excused.clear();
      if (suspect !== null) this.#suspect(suspect);
      const pause = Math.round(this.#breaker.pauseLeftMs);
      this.#log.error({ cause: message, detail, pauseMs: pause }, 'the model failed as a whole');
    }
    return new GeneratorFailed(message);
  }

  /**
   * Whether other words are asked for first, because the calls for this one have begun an outage before: it may be the word
   * and not the model that is at fault, and then it would begin an outage every time, before the words after it are tried. A
   * word is excused once until an outage begins or a dialog is written. So a model that is down is found out by one call.
   */
  excuses({ id }: Word): boolean {
    if (!this.#suspects.has(id) || this.#excused.has(id)) return false;
    if (!this.isDown && this.#excused.size >= MOST_FAILING_ALONE) return false;
    this.#excused.add(id);
    return true;
  }

  #suspect({ id }: Word): void {
    this.#suspects.add(id);
    const [oldest] = this.#suspects;
    if (this.#suspects.size > MOST_SUSPECTS && oldest !== undefined) this.#suspects.delete(oldest);
  }

  /**
   * A word got no dialog, although the model is not known to have failed as a whole.
   * @returns the failure of the word, or of the model as a whole after too many such words in a row
   */
  wordFailed({ id }: Word, failure: WordFailed): Error {
    this.#failedWords.add(id);
    const { size } = this.#failedWords;
    if (size < FAILED_WORDS_IN_A_ROW) return failure;
    const message = `${size} words in a row got no usable dialog from the model`;
    return this.failed({ message, detail: failure.message, suspect: null, pauseMs: 0 });
  }

  /** A word got its dialog. This ends an outage, but not its pause: the call may have been sent before the failure. */
  succeeded({ id }: Word): void {
    this.#failedWords.clear();
    this.#excused.clear();
    this.#suspects.delete(id);
    if (this.#breaker.succeeded()) this.#log.info({}, 'the model works again');
  }
}
