import { isAsyncIterable, type Plugin } from 'graphql-yoga';
import { withEnd } from './stream-end.ts';

/**
 * Ends the events of a subscription when its client leaves. The response does so only if it was read before: without
 * this, a client that leaves at once would keep its place among the open streams.
 */
export function useLeavingClients(): Plugin {
  return {
    onSubscribe({ args }) {
      const { signal }: Request = args.contextValue.request;
      return {
        onSubscribeResult({ result, setResult }) {
          if (!isAsyncIterable(result)) return;
          const leave = () => void events.return?.();
          const events = withEnd(result[Symbol.asyncIterator](), () =>
            signal.removeEventListener('abort', leave),
          );
          setResult(events);
          signal.addEventListener('abort', leave);
          if (signal.aborted) leave();
        },
      };
    },
  };
}
