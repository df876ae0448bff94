import { createGraphQLError } from 'graphql-yoga';

/**
 * Reads the body of a request as text, up to `max` bytes.
 *
 * If Node's HTTP parser has read the request, it ends the body at its announced length. The body is not counted again
 * then, since that takes about as long as all other work for a small request.
 * @param isCounted whether Node's HTTP parser has read the request
 * @throws {GraphQLError} if the body is longer
 */
export async function readBody(request: Request, max: number, isCounted: boolean): Promise<string> {
  checkLength(request, max);
  const isAnnounced = request.headers.get('content-length') !== null;
  if ((isAnnounced && isCounted) || request.body === null) return request.text();
  const chunks: Uint8Array[] = [];
  for await (const chunk of chunksUpTo(max, request)) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

/**
 * The body of a request, up to `max` bytes, as it arrives.
 * @throws {GraphQLError} if the body is longer; before it is read if its length is announced
 */
export async function* chunksUpTo(max: number, request: Request): AsyncGenerator<Uint8Array> {
  checkLength(request, max);
  if (request.body === null) return;
  const reader = request.body.getReader();
  let bytes = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    bytes += value.byteLength;
    if (bytes > max) {
      discard(reader).catch(() => undefined);
      throw tooLarge(max);
    }
    yield value;
  }
}

function checkLength({ headers }: Request, max: number): void {
  if (Number(headers.get('content-length') ?? 0) > max) throw tooLarge(max);
}

/** Reads on to the end, because a client that is still sending would not see the answer. */
async function discard(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<void> {
  while (!(await reader.read()).done);
}

function tooLarge(max: number): Error {
  return createGraphQLError(`The body of the request is longer than ${max} bytes.`, {
    extensions: { code: 'BAD_USER_INPUT', http: { status: 413 } },
  });
}
