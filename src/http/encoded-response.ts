import { Response } from '@whatwg-node/fetch';

/** Where texts are encoded, as long as three bytes for each of their characters fit. */
const scratch = Buffer.allocUnsafeSlow(1_000_000);

/**
 * A response that encodes its text once. Yoga's own encodes it twice, to find its length and to send it, and copies it
 * behind the headers. A text gets no content type by itself.
 */
export class EncodedResponse extends Response {
  constructor(body?: BodyInit | null, init?: ResponseInit) {
    super(typeof body === 'string' ? encoded(body) : body, init);
  }
}

/** `Buffer.from` reads the text twice, once to find its length. */
function encoded(text: string): Uint8Array<ArrayBuffer> {
  if (3 * text.length > scratch.length) return Buffer.from(text);
  const bytes = Buffer.allocUnsafe(scratch.write(text));
  scratch.copy(bytes);
  return bytes;
}
