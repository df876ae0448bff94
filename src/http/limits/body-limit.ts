import { createGraphQLError } from 'graphql-yoga';
import type { ArrivingBody } from './arriving-bodies.ts';

/** The most announced bytes of a short body. Requests without many words are shorter. */
const SHORT = 16_000;

/** How bodies are received. */
interface BodyLimits {
  /** The most bytes of one body. */
  readonly max: number;
  /** Counts the body among all that are arriving. */
  readonly begin: () => ArrivingBody;
}

/**
 * Reads the body of a request as text.
 *
 * If Node's HTTP parser has read the request, it ends the body at its announced length. A short body is not counted again
 * then, since that takes about as long as all other work for a small request.
 * @param isCounted whether Node's HTTP parser has read the request
 * @throws {GraphQLError} if the body is longer
 * @throws {TooManyRequests} if other bodies leave no room for it
 */
export async function readBody(request: Request, limits: BodyLimits, isCounted: boolean): Promise<string> {
  const length = announcedLength(request);
  if ((length !== null && length <= SHORT && isCounted) || request.body === null) return request.text();
  const chunks: Uint8Array[] = [];
  for await (const chunk of chunksOf(request, limits)) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

/**
 * The body of a request as it arrives.
 * @throws {GraphQLError} if the body is longer; before it is read if its length is announced
 * @throws {TooManyRequests} if other bodies leave no room for it
 */
export async function* chunksOf(request: Request, { max, begin }: BodyLimits): AsyncGenerator<Uint8Array> {
  if ((announcedLength(request) ?? 0) > max) throw tooLarge(max);
  if (request.body === null) return;
  const reader = request.body.getReader();
  const body = begin();
  let bytes = 0;
  try {
    for (;;) {
      const { done, value } = await Promise.race([reader.read(), body.refused]);
      if (done) return;
      bytes += value.byteLength;
      if (bytes > max) throw tooLarge(max);
      body.add(value.byteLength);
      yield value;
    }
  } finally {
    body.end();
    discard(reader).catch(() => undefined);
  }
}

function announcedLength({ headers }: Request): number | null {
  const length = headers.get('content-length');
  return length === null ? null : Number(length);
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
