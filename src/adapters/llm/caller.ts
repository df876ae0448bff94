import type { Clock } from '../../ports/clock.ts';
import { type GenerateOptions, GeneratorFailed } from '../../ports/generator.ts';
import type { Log } from '../../ports/log.ts';
import { CallFailed } from '../endpoint/call-failed.ts';
import type { Availability } from './availability.ts';
import type { CallCap } from './call-cap.ts';
import type { Chat, ChatRequest } from './chat.ts';
import type { ChatAnswer } from './completion.ts';

/** Waits before the second and the third try. */
const BACKOFF_MS = [500, 2_000];
/** A call that is asked to wait longer is given up: somebody is waiting for the dialogs. */
const LONGEST_WAIT_MS = 20_000;

/** What calling needs. */
export interface CallerTools {
  readonly chat: Chat;
  readonly cap: CallCap;
  readonly availability: Availability;
  /** How many calls may be under way at once. */
  readonly concurrency: number;
  readonly clock: Clock;
  readonly log: Log;
}

/** Calls the model until there is an answer, or trying again makes no sense. */
export class Caller {
  readonly #tools: CallerTools;
  /** Whether the endpoint takes the JSON mode; null until it has answered with it or without it. */
  #jsonMode: boolean | null = null;
  /** Timeouts since the last call that ended in another way. */
  #timeouts = 0;

  constructor(tools: CallerTools) {
    this.#tools = tools;
  }

  /** Whether a request of this kind has been accepted before, so that one which is not must be odd in itself. */
  get hasBeenAnswered(): boolean {
    return this.#jsonMode !== null;
  }

  /**
   * @throws {CallFailed} when it was tried as often as makes sense
   * @throws {GeneratorFailed} when the model has meanwhile failed others as a whole, or no more calls may be made
   */
  async call(request: Omit<ChatRequest, 'jsonMode'>, options: GenerateOptions): Promise<ChatAnswer> {
    let jsonMode = this.#jsonMode ?? true;
    for (let tries = 1; ; tries += 1) {
      try {
        const answer = await this.#callOnce({ ...request, jsonMode }, options);
        this.#jsonMode ??= jsonMode;
        return answer;
      } catch (error) {
        if (!(error instanceof CallFailed)) throw error;
        if (error.kind === 'request' && jsonMode && !this.hasBeenAnswered) {
          // Endpoints word it in many ways that they lack the JSON mode; whether that was it, the next try tells.
          jsonMode = false;
          continue;
        }
        const wait = this.#waitAfter(error, tries);
        if (wait === null) throw error;
        this.#tools.log.debug({ cause: error.message, detail: error.detail, wait }, 'a call is tried again');
        await this.#tools.clock.sleep(wait);
      }
    }
  }

  async #callOnce(request: ChatRequest, options: GenerateOptions): Promise<ChatAnswer> {
    const { chat, cap, availability } = this.#tools;
    availability.check();
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
    const { cap, availability } = this.#tools;
    availability.check();
    if (options.signal.aborted) throw new GeneratorFailed('no further call may be made');
    const retryAfterMs = cap.take();
    if (retryAfterMs === 0) return;
    throw new CallFailed('the limit of calls an hour is reached', {
      kind: 'lasting',
      paid: false,
      retryAfterMs,
    });
  }

  /** How long to wait before the next try in milliseconds, null if there is none. */
  #waitAfter({ kind, retryAfterMs }: CallFailed, tries: number): number | null {
    // The model has failed others as a whole: this failure tells for how long to leave it alone.
    if (this.#tools.availability.isDown) return null;
    const backoff = BACKOFF_MS[tries - 1];
    if (backoff === undefined) return null;
    if (kind === 'passing' || kind === 'unavailable') {
      const wait = Math.max(backoff, retryAfterMs ?? 0);
      return wait <= LONGEST_WAIT_MS ? wait : null;
    }
    // Once every call at once has hung, it is not this one that was unlucky; those that wait for their second try
    // then find the generator failed.
    const allHang = this.#timeouts >= Math.max(2, this.#tools.concurrency);
    return kind === 'timeout' && tries === 1 && !allHang ? backoff : null;
  }
}
