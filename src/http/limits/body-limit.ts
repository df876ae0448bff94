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
  const announced = request.headers.get('content-length');
  if (announced !== null && Number(announced) > max) throw tooLarge(max);
  if ((announced !== null && isCounted) || request.body === null) return request.text();
  return readUpTo(max, request.body);
}

async function readUpTo(max: number, body: ReadableStream<Uint8Array>): Promise<string> {
  const reader = body.getReader();
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return Buffer.concat(chunks).toString();
    bytes += value.byteLength;
    if (bytes > max) {
      discard(reader).catch(() => undefined);
      throw tooLarge(max);
    }
    chunks.push(value);
  }
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
