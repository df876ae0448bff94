/** Ends a body whose source has failed: by an error, or as if it were whole where its reader is stopped otherwise. */
export type BreakOff = (
  error: unknown,
  body: Pick<ReadableStreamDefaultController, 'error' | 'close'>,
) => void;

/**
 * A response body that is read from its source as fast as the client takes it, and no further once it has left. It
 * resolves when the source has given its first chunk, and rejects where it cannot: an answer can still be chosen then.
 * @param breakOff is called where the source fails later
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
      // Nobody is left who could be told that the source cannot be closed.
      await chunks.return?.().catch(() => undefined);
    },
  });
}
