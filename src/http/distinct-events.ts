import { createHash } from 'node:crypto';
import type { ExecutionResult } from 'graphql';
import { filter, isAsyncIterable, type Plugin } from 'graphql-yoga';
import { withEnd } from './stream-end.ts';

/**
 * Sends an event of a subscription only if it differs from the one before. The store tells that something has changed,
 * which may be nothing that the client has selected. Of the last event only a hash is kept: it may be large, and there
 * may be many streams.
 */
export function useDistinctEvents(): Plugin {
  return {
    onSubscribe: () => ({
      onSubscribeResult({ result, setResult }) {
        if (!isAsyncIterable(result)) return;
        let last = '';
        const differs = filter((event: ExecutionResult) => {
          const before = last;
          last = createHash('sha256').update(JSON.stringify(event)).digest('base64');
          return last !== before;
        });
        const events = result[Symbol.asyncIterator]();
        // Before its first event is read, the filter does not end what it filters.
        setResult(withEnd(differs(result)[Symbol.asyncIterator](), () => events.return?.()));
      },
    }),
  };
}
