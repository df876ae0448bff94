import type { ServerResponse } from 'node:http';

/** Ends a body whose source has failed: by an error, or normally if its reader is stopped in another way. */
export type BreakOff = (
  error: unknown,
  body: Pick<ReadableStreamDefaultController, 'error' | 'close'>,
) => void;

/**
 * Breaks off by closing the connection, which tells the client that its copy is incomplete. The body itself then must not
 * fail. Without a connection, the body fails.
 * @param report is told why
 */
export function breakOffBy(response: ServerResponse | undefined, report: (error: unknown) => void): BreakOff {
  return (error, body) => {
    report(error);
    if (response === undefined) return body.error(error);
    response.destroy();
    body.close();
  };
}

/**
 * Creates a response body that reads its source as fast as the client reads the body, and stops when the client leaves.
 * It resolves with the first chunk of the source and rejects if that cannot be read, so that the caller can still choose
 * another answer.
 * @param breakOff is called if the source fails later
 */
export async function streamOf(
  source: AsyncIterable<Uint8Array>,
  breakOff: BreakOff,
): Promise<ReadableStream<Uint8Array>> {
  const chunks = source[Symbol.asyncIterator]();
  let first: IteratorResult<Uint8Array> | null = await chunks.next();
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const { value, done } = first ?? (await chunks.next());
        first = null;
        if (done) controller.close();
        else controller.enqueue(value);
      } catch (error) {
        breakOff(error, controller);
      }
    },
    async cancel() {
      // The client has left, so that an error of closing the source concerns no one.
      await chunks.return?.().catch(() => undefined);
    },
  });
}
