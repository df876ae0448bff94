import { refusal } from '../error-response.ts';

/** The refusal of a request whose body is compressed, to be sent before anything of it is read; null if it is not. */
export function refuseCompressed({ headers }: Request): Response | null {
  const coding = headers.get('content-encoding')?.trim().toLowerCase();
  if (!coding || coding === 'identity') return null;
  const message = 'Compressed bodies are not accepted. Send the body as it is, without Content-Encoding.';
  return refusal(415, message, undefined, { 'accept-encoding': 'identity' });
}
