import {
  DelegateBackoff,
  handleWhen,
  retry,
  TaskCancelledError,
  TimeoutStrategy,
  timeout,
  wrap,
} from 'cockatiel';
import { withAnySignal } from '../../../concurrency/any-signal.ts';
import { StoreUnavailable } from '../../../model/errors.ts';
import type { Random } from '../../../ports/clock.ts';
import { CosmosFailure, cosmosFailure } from './failure.ts';

/**
 * Sends a request, and sends it again after failures of the kinds `refused` and `unknown` until it succeeds or the time
 * is up.
 * @param send one attempt; it must be safe to repeat after any failure
 * @throws {StoreUnavailable} if the time is up (retryable), or if an operator has to act first (not retryable)
 * @throws {CosmosFailure} for every other kind of failure
 */
export type Retry = <Result>(send: (signal: AbortSignal) => Promise<Result>) => Promise<Result>;

const FIRST_DELAY_MS = 25;
const LONGEST_DELAY_MS = 1000;

/**
 * @param limitMs how long a request may take with all its attempts, in milliseconds
 * @param closed ends every request when aborted
 * @param random spreads the delays between attempts
 */
export function createRetry(limitMs: number, closed: AbortSignal, random: Random): Retry {
  const delay = ({ attempt, result }: { attempt: number; result: object }): number => {
    const failure = 'error' in result ? result.error : null;
    const asked = failure instanceof CosmosFailure ? failure.retryAfterMs : null;
    const growing = Math.min(FIRST_DELAY_MS * 2 ** (attempt - 1), LONGEST_DELAY_MS) * (0.5 + random() / 2);
    // Without a delay, a request that is refused at once would be repeated as fast as the network allows.
    return Math.min(asked || growing, limitMs);
  };
  const policy = wrap(
    // By default, the signal of a request is aborted after its response too, which costs an error with its stack trace.
    timeout(limitMs, { strategy: TimeoutStrategy.Aggressive, abortOnReturn: false }),
    retry(handleWhen(canBeSentAgain), {
      maxAttempts: Number.POSITIVE_INFINITY,
      backoff: new DelegateBackoff(delay),
    }),
  );
  return async (send) => {
    let last: unknown = null;
    try {
      return await policy.execute(async ({ signal }) => {
        try {
          // Each attempt has a signal of its own, so that what attempts leave on their signals does not add up.
          return await withAnySignal([signal], send);
        } catch (error) {
          last = cosmosFailure(error);
          throw last;
        }
      }, closed);
    } catch (error) {
      if (error instanceof TaskCancelledError) throw new StoreUnavailable(last ?? error);
      if (!(error instanceof CosmosFailure)) throw error;
      if (canBeSentAgain(error)) throw new StoreUnavailable(error);
      if (error.kind === 'unavailable') throw new StoreUnavailable(error, { retryable: false });
      throw error;
    }
  };
}

function canBeSentAgain(error: unknown): boolean {
  return error instanceof CosmosFailure && (error.kind === 'refused' || error.kind === 'unknown');
}
