import { transcode } from 'node:buffer';
import { Response } from '@whatwg-node/fetch';

/** Where texts are put as UTF-16, as long as they fit. */
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

/**
 * The bytes of a text in UTF-8. `Buffer.from` takes three to five times as long if a character is beyond Latin-1. It is left
 * to texts that do not fit, and to those with a lone surrogate, which JSON never has.
 */
function encoded(text: string): Uint8Array<ArrayBuffer> {
  if (2 * text.length > scratch.length) return Buffer.from(text);
  try {
    return transcode(scratch.subarray(0, scratch.write(text, 'utf16le')), 'utf16le', 'utf8');
  } catch {
    return Buffer.from(text);
  }
}
