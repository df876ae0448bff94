import { createHash } from 'node:crypto';
import type { ExecutionResult } from 'graphql';
import { filter, isAsyncIterable, type Plugin } from 'graphql-yoga';

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
        setResult(differs(result));
      },
    }),
  };
}
