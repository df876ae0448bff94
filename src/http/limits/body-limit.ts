import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import { createGraphQLError } from 'graphql-yoga';
import type { ArrivingBody } from './arriving-bodies.ts';

/** The most announced bytes of a short body. Requests without many words are shorter. */
const SHORT = 16_000;
/** Smaller pieces are joined. A client may send a byte at a time, and each piece takes some hundred bytes of its own. */
const LEAST_PIECE = 16_000;

/**
 * Most bytes of a body on the wire that may be no content, beyond as many as the content has. Above it, the connection is
 * closed: Node's HTTP parser takes microseconds for each chunk, so that chunks of a byte would occupy it for seconds.
 */
const MOST_OVERHEAD = 32_000;

/** How a body is received. */
export interface Receiving {
  /** The request as Node's HTTP parser has read it; undefined if it was not sent over HTTP. */
  readonly message: IncomingMessage | undefined;
  /** The most bytes of the body. */
  readonly max: number;
  /** Counts the body among all that are arriving. */
  readonly begin: () => ArrivingBody;
}

/**
 * Reads the body of a request as text.
 *
 * Node's HTTP parser ends a body at its announced length. A short body is not counted again then, since that takes about
 * as long as all other work for a small request.
 * @throws {GraphQLError} if the body is longer, or not UTF-8
 * @throws {TooManyRequests} if other bodies leave no room for it
 */
export async function readBody(request: Request, receiving: Receiving): Promise<string> {
  const length = announcedLength(request);
  const isShort = length !== null && length <= SHORT && receiving.message !== undefined;
  if (isShort || request.body === null) return textOf(Buffer.from(await request.arrayBuffer()));
  const pieces: Uint8Array[] = [];
  for await (const piece of piecesOf(request, receiving)) pieces.push(piece);
  return textOf(Buffer.concat(pieces));
}

/** Other bytes would become replacement characters, and be stored in place of what the client meant. */
function textOf(bytes: Buffer): string {
  if (isUtf8(bytes)) return bytes.toString();
  throw createGraphQLError('The body of the request is not valid UTF-8. Send JSON in UTF-8.', {
    extensions: { code: 'BAD_USER_INPUT', http: { status: 400 } },
  });
}

/**
 * The body of a request as it arrives, in pieces of at least `LEAST_PIECE` bytes but for the last one.
 * @throws {GraphQLError} if the body is longer; before it is read if its length is announced
 * @throws {TooManyRequests} if other bodies leave no room for it
 */
export async function* piecesOf(request: Request, receiving: Receiving): AsyncGenerator<Uint8Array> {
  const small = Buffer.allocUnsafe(LEAST_PIECE);
  let smallBytes = 0;
  for await (const chunk of chunksOf(request, receiving)) {
    if (smallBytes + chunk.byteLength < LEAST_PIECE) {
      small.set(chunk, smallBytes);
      smallBytes += chunk.byteLength;
    } else {
      yield smallBytes === 0 ? chunk : Buffer.concat([small.subarray(0, smallBytes), chunk]);
      smallBytes = 0;
    }
  }
  if (smallBytes > 0) yield small.subarray(0, smallBytes);
}

async function* chunksOf(request: Request, { message, max, begin }: Receiving): AsyncGenerator<Uint8Array> {
  if ((announcedLength(request) ?? 0) > max) throw tooLarge(max);
  // Node's own stream joins what has arrived in the meantime.
  const source: AsyncIterable<Uint8Array> | null = message ?? request.body;
  if (source === null) return;
  const chunks = source[Symbol.asyncIterator]();
  const body = begin();
  const readBefore = message?.socket.bytesRead ?? 0;
  let bytes = 0;
  /** The next chunk; null at the end. */
  const next = async (): Promise<Uint8Array | null> => {
    const { done, value } = await chunks.next();
    if (done) return null;
    bytes += value.byteLength;
    // Other requests may follow a body that is complete. A client that is still sending would not see an answer.
    const isArriving = message !== undefined && !message.complete;
    if (isArriving && message.socket.bytesRead - readBefore > 2 * bytes + MOST_OVERHEAD) message.destroy();
    return value;
  };
  try {
    for (;;) {
      const chunk = await body.unlessRefused(next);
      if (chunk === null) return;
      if (bytes > max) throw tooLarge(max);
      body.add(chunk.byteLength);
      yield chunk;
    }
  } finally {
    body.end();
    discard(next).catch(() => undefined);
  }
}

function announcedLength({ headers }: Request): number | null {
  const length = headers.get('content-length');
  return length === null ? null : Number(length);
}

/** Reads on to the end, because a client that is still sending would not see the answer. */
async function discard(next: () => Promise<Uint8Array | null>): Promise<void> {
  while ((await next()) !== null);
}

function tooLarge(max: number): Error {
  return createGraphQLError(`The body of the request is longer than ${max} bytes.`, {
    extensions: { code: 'BAD_USER_INPUT', http: { status: 413 } },
  });
}
