import type { ExecutionResult } from 'graphql';
import { isAsyncIterable, type Plugin } from 'graphql-yoga';

/**
 * Sends an event of a subscription only if it differs from the one before. The store tells that something has changed,
 * which may be nothing that the client has selected.
 */
export function useDistinctEvents(): Plugin {
  return {
    onSubscribe: () => ({
      onSubscribeResult({ result, setResult }) {
        if (isAsyncIterable(result)) setResult(distinct(result[Symbol.asyncIterator]()));
      },
    }),
  };
}

function distinct(events: AsyncIterator<ExecutionResult>): AsyncIterableIterator<ExecutionResult> {
  let last: string | null = null;
  return {
    async next() {
      for (;;) {
        const event = await events.next();
        if (event.done) return event;
        const text = JSON.stringify(event.value);
        if (text === last) continue;
        last = text;
        return event;
      }
    },
    // It ends the events also while the next one is waited for.
    async return() {
      await events.return?.();
      return { value: undefined, done: true };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
