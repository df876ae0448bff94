import type { IncomingMessage } from 'node:http';
import { isAsyncIterable, type Plugin } from 'graphql-yoga';
import type { Subject } from '../../model/subject.ts';
import { withEnd } from '../stream-end.ts';
import { callerOf } from './caller.ts';
import type { RateLimit } from './rate-limit.ts';

/** Lets each open stream keep one of the requests of its caller. */
export function useOpenStreams(
  limit: RateLimit,
  subjectOf: (request: Request) => Subject,
): Plugin<{ req?: IncomingMessage }> {
  return {
    onSubscribe({ args }) {
      const { request, req } = args.contextValue;
      return {
        onSubscribeResult({ result, setResult }) {
          if (!isAsyncIterable(result)) return;
          const giveBack = limit.keep(callerOf(subjectOf(request), req));
          setResult(withEnd(result[Symbol.asyncIterator](), giveBack));
        },
      };
    },
  };
}
