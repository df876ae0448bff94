import {
  DelegateBackoff,
  handleWhen,
  retry,
  TaskCancelledError,
  TimeoutStrategy,
  timeout,
  wrap,
} from 'cockatiel';
import { StoreUnavailable } from '../../../model/errors.ts';
import type { Random } from '../../../ports/clock.ts';
import { CosmosFailure, cosmosFailure } from './failure.ts';

/**
 * Sends a request, again and again where that can help, until it has an answer or the time is up.
 * @param send one attempt; it must be safe to repeat after any failure
 * @throws {StoreUnavailable} when the time is up (retryable), or if an operator has to act first (not retryable)
 * @throws {CosmosFailure} any other failure that can't be repaired by trying again
 */
export type Retry = <Result>(send: (signal: AbortSignal) => Promise<Result>) => Promise<Result>;

const FIRST_PAUSE_MS = 25;
const LONGEST_PAUSE_MS = 1000;

/**
 * @param limitMs for a request with all its repetitions
 * @param closed ends every request at once when aborted
 */
export function createRetry(limitMs: number, closed: AbortSignal, random: Random): Retry {
  const pause = ({ attempt, result }: { attempt: number; result: object }): number => {
    const failure = 'error' in result ? result.error : null;
    const asked = failure instanceof CosmosFailure ? failure.retryAfterMs : null;
    const grown = Math.min(FIRST_PAUSE_MS * 2 ** (attempt - 1), LONGEST_PAUSE_MS) * (0.5 + random() / 2);
    return Math.min(asked ?? grown, limitMs);
  };
  const policy = wrap(
    timeout(limitMs, TimeoutStrategy.Aggressive),
    retry(handleWhen(mayBeSentAgain), {
      maxAttempts: Number.POSITIVE_INFINITY,
      backoff: new DelegateBackoff(pause),
    }),
  );
  return async (send) => {
    let last: unknown = null;
    try {
      return await policy.execute(async ({ signal }) => {
        try {
          return await send(signal);
        } catch (error) {
          last = cosmosFailure(error);
          throw last;
        }
      }, closed);
    } catch (error) {
      if (error instanceof TaskCancelledError) throw new StoreUnavailable(last ?? error);
      if (!(error instanceof CosmosFailure)) throw error;
      if (mayBeSentAgain(error)) throw new StoreUnavailable(error);
      if (error.kind === 'unavailable') throw new StoreUnavailable(error, { retryable: false });
      throw error;
    }
  };
}

function mayBeSentAgain(error: unknown): boolean {
  return error instanceof CosmosFailure && (error.kind === 'refused' || error.kind === 'unknown');
}
