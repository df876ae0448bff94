import type { Clock } from '../../ports/clock.ts';
import { type GenerateOptions, GeneratorFailed, WordFailed } from '../../ports/generator.ts';
import type { Log } from '../../ports/log.ts';
import { CallFailed } from '../endpoint/call-failed.ts';
import type { Chat, ChatRequest } from './chat.ts';
import type { ChatAnswer } from './completion.ts';
import type { HourlyCallCap } from './hourly-call-cap.ts';
import type { ModelBreaker } from './model-breaker.ts';

/** The waits before the second and the third attempt. */
const BACKOFF_MS = [500, 2_000];
/** A call that would have to wait longer is given up, because a caller is waiting for the dialogs. */
const LONGEST_WAIT_MS = 20_000;

/** What a caller depends on. */
export interface RetryingCallerTools {
  readonly chat: Chat;
  readonly cap: HourlyCallCap;
  readonly breaker: ModelBreaker;
  /** How many calls may be under way at once. */
  readonly concurrency: number;
  readonly clock: Clock;
  readonly log: Log;
}

/** Calls the model, and repeats calls that may succeed later. */
export class RetryingCaller {
  readonly #tools: RetryingCallerTools;
  /** Whether the endpoint supports the JSON mode; null until a call has succeeded with it or without it. */
  #jsonMode: boolean | null = null;
  /** How many calls were answered. */
  #answers = 0;
  /** How many calls in a row timed out. */
  #timeouts = 0;

  constructor(tools: RetryingCallerTools) {
    this.#tools = tools;
  }

  /** Whether a call has succeeded before. If so, a refused request is refused because of its own content. */
  get hasBeenAnswered(): boolean {
    return this.#jsonMode !== null;
  }

  /**
   * @throws {CallFailed} if the last attempt failed, or the limit of calls is reached
   * @throws {WordFailed} if the last attempt failed, while the provider answered calls for other words
   * @throws {GeneratorFailed} if the model has failed as a whole, or the signal is aborted before a call
   */
  async call(request: Omit<ChatRequest, 'jsonMode'>, options: GenerateOptions): Promise<ChatAnswer> {
    let jsonMode = this.#jsonMode ?? true;
    // None of the answers that are counted from now on is to this request.
    const answersBefore = this.#answers;
    for (let attempt = 1; ; attempt += 1) {
      try {
        const answer = await this.#callOnce({ ...request, jsonMode }, options);
        this.#jsonMode ??= jsonMode;
        return answer;
      } catch (error) {
        if (!(error instanceof CallFailed)) throw error;
        if (error.kind === 'request' && jsonMode && !this.hasBeenAnswered) {
          // Endpoints have many messages for an unsupported JSON mode. The next attempt shows whether it was the cause.
          jsonMode = false;
          continue;
        }
        const wait = this.#waitAfter(error, attempt);
        const { message: cause, detail } = error;
        if (wait === null) {
          if (!this.#failedAlone(error, answersBefore)) throw error;
          this.#tools.log.warn({ cause, detail }, 'the calls for one word fail');
          throw new WordFailed('The provider fails for this word, while it answers for others.');
        }
        this.#tools.log.debug({ cause, detail, wait }, 'a call is repeated');
        await this.#tools.clock.sleep(wait, options.signal);
      }
    }
  }

  async #callOnce(request: ChatRequest, options: GenerateOptions): Promise<ChatAnswer> {
    const { chat, cap, breaker } = this.#tools;
    breaker.check();
    await options.reserveCall();
    try {
      this.#checkPermission(options);
    } catch (error) {
      options.onUnpaidCall();
      throw error;
    }
    try {
      const answer = await chat(request);
      this.#timeouts = 0;
      this.#answers += 1;
      options.onCall(answer.usage);
      return answer;
    } catch (error) {
      const failed = error instanceof CallFailed;
      this.#timeouts = failed && error.kind === 'timeout' ? this.#timeouts + 1 : 0;
      if (failed && error.paid) options.onCall({ inputTokens: null, outputTokens: null });
      else options.onUnpaidCall();
      if (failed && !error.paid) cap.giveBack();
      throw error;
    }
  }

  /** Checks immediately before a call whether it may be made, and counts it. */
  #checkPermission(options: GenerateOptions): void {
    const { cap, breaker } = this.#tools;
    breaker.check();
    if (options.signal.aborted) throw new GeneratorFailed('no further call may be made');
    const retryAfterMs = cap.take();
    if (retryAfterMs === 0) return;
    throw new CallFailed('the limit of calls an hour is reached', {
      kind: 'lasting',
      paid: false,
      retryAfterMs,
    });
  }

  /** How long to wait before the next attempt, in milliseconds; null if there is none. */
  #waitAfter({ kind, retryAfterMs }: CallFailed, attempt: number): number | null {
    // The model has failed as a whole for another caller. This failure may ask for a longer pause.
    if (this.#tools.breaker.isDown) return null;
    const backoff = BACKOFF_MS[attempt - 1];
    if (backoff === undefined) return null;
    if (kind === 'passing' || kind === 'unavailable') {
      const wait = Math.max(backoff, retryAfterMs ?? 0);
      return wait <= LONGEST_WAIT_MS ? wait : null;
    }
    // If as many calls in a row timed out as may be under way, the model is at fault and not a single call.
    const allHang = this.#timeouts >= Math.max(2, this.#tools.concurrency);
    return kind === 'timeout' && attempt === 1 && !allHang ? backoff : null;
  }

  /**
   * Whether the cause of the failure lies in the request: the provider answered others since its first attempt began.
   * @param answersBefore how many calls had been answered then
   */
  #failedAlone({ kind, retryAfterMs }: CallFailed, answersBefore: number): boolean {
    if (this.#tools.breaker.isDown || retryAfterMs !== null) return false;
    return (kind === 'passing' || kind === 'timeout') && this.#answers > answersBefore;
  }
}
