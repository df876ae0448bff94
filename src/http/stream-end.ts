/**
 * The same events. Calls `onEnd` when they end, also if the client leaves or reading the next event fails; more than once if
 * the client leaves meanwhile.
 */
export function withEnd<Event>(
  events: AsyncIterator<Event>,
  onEnd: () => void,
): AsyncIterableIterator<Event, undefined> {
  const end = { value: undefined, done: true } as const;
  return {
    async next() {
      try {
        const result = await events.next();
        if (!result.done) return { value: result.value, done: false };
      } catch (error) {
        onEnd();
        throw error;
      }
      onEnd();
      return end;
    },
    async return() {
      onEnd();
      // Some iterators reject with what a pending `next` has failed with, which nobody asks for any more.
      await events.return?.().catch(() => undefined);
      return end;
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
