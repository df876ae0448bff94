import { isAsyncIterable, type Plugin } from 'graphql-yoga';
import type { Subject } from '../../model/subject.ts';
import type { Clock } from '../../ports/clock.ts';
import { withEnd } from '../stream-end.ts';

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
          if (!isAsyncIterable(result)) return;
          const ended = new AbortController();
          const events = withEnd(result[Symbol.asyncIterator](), () => ended.abort());
          setResult(events);
          // A pending `next` ends then too.
          void sleepUntil(expiresAt, clock, ended.signal).then(() => events.return?.());
        },
      };
    },
  };
}

/** Resolves at a time, or when the signal is aborted. */
async function sleepUntil(time: Date, clock: Clock, signal: AbortSignal): Promise<void> {
  for (;;) {
    const left = time.getTime() - clock.now().getTime();
    if (left <= 0 || signal.aborted) return;
    await clock.sleep(Math.min(left, LONGEST_SLEEP_MS), signal);
  }
}
