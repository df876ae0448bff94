import { Response } from '@whatwg-node/fetch';

/**
 * A response that encodes its text once. Yoga's own encodes it twice, to find its length and to send it, and copies it
 * behind the headers. A text gets no content type by itself.
 */
export class EncodedResponse extends Response {
  constructor(body?: BodyInit | null, init?: ResponseInit) {
    super(typeof body === 'string' ? Buffer.from(body) : body, init);
  }
}
