import { isAsyncIterable, type Plugin } from 'graphql-yoga';
import type { Subject } from '../../model/subject.ts';
import type { Clock } from '../../ports/clock.ts';

/** The longest sleep, in milliseconds. Timers cannot sleep longer than 24 days, and the wall clock may be corrected. */
const LONGEST_SLEEP_MS = 3_600_000;

/** Ends the stream of a subscription when the credentials of its subject expire. */
export function useStreamExpiry(subjectOf: (request: Request) => Subject, clock: Clock): Plugin {
  return {
    onSubscribe({ args }) {
      const { expiresAt } = subjectOf(args.contextValue.request);
      if (expiresAt === null) return undefined;
      return {
        onSubscribeResult({ result, setResult }) {
          if (isAsyncIterable(result)) setResult(endingAt(expiresAt, result[Symbol.asyncIterator](), clock));
        },
      };
    },
  };
}

/** The same events up to a time. A pending `next` ends then too: the iterator's `return` makes it resolve. */
function endingAt<Event>(
  end: Date,
  events: AsyncIterator<Event>,
  clock: Clock,
): AsyncIterableIterator<Event, undefined> {
  const finished = new AbortController();
  const finish = async () => {
    finished.abort();
    await events.return?.();
    return { value: undefined, done: true } as const;
  };
  const expire = async () => {
    for (let left = 1; left > 0; ) {
      left = end.getTime() - clock.now().getTime();
      if (left > 0) await clock.sleep(Math.min(left, LONGEST_SLEEP_MS), finished.signal);
      if (finished.signal.aborted) return;
    }
    await finish();
  };
  void expire();
  return {
    async next() {
      const { value, done } = await events.next();
      return done ? finish() : { value, done: false };
    },
    return: finish,
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
