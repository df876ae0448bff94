import type { ServerResponse } from 'node:http';
import type { Plugin } from 'graphql-yoga';
import { AUDIO_PATH } from '../../graphql/audio-url.ts';
import { parseRecordingName } from '../../model/recording.ts';
import type { AudioStorage } from '../../ports/audio-storage.ts';
import type { Log } from '../../ports/log.ts';
import { answering } from '../answering.ts';
import { hasTag } from '../entity-tag.ts';
import { errorResponse, refusal } from '../error-response.ts';
import { parseByteRange } from './byte-range.ts';
import { type BreakOff, breakOffBy, streamOf } from './stream-of.ts';

/** Serves recordings under `AUDIO_PATH`. */
export function useAudio(audio: AudioStorage, log: Log): Plugin<object, { res?: ServerResponse }> {
  const isAsked = ({ url }: { readonly url: URL }) => url.pathname.startsWith(AUDIO_PATH);
  return {
    onRequest: answering(isAsked, errorResponse(log), async ({ request, url, serverContext: { res } }) => {
      const breakOff = breakOffBy(res, (error) => log.warn({ err: error }, 'a recording was broken off'));
      try {
        const name = url.pathname.slice(AUDIO_PATH.length);
        return await audioResponse(request, name, audio, breakOff);
      } catch (error) {
        log.warn({ err: error }, 'a recording could not be served');
        const message = 'Recordings cannot be read just now. Send the same request again in a moment.';
        const extensions = { code: 'STORE_UNAVAILABLE', retryable: true };
        return refusal(503, message, extensions, { 'retry-after': '5' });
      }
    }),
  };
}

/**
 * Answers GET and HEAD for one recording, whole or a range of bytes, as a stream. It may be cached without end, because
 * the recording of a name never changes. The storage is not asked for names that no recording can have.
 * @throws {AudioStorageFailed} if its first bytes cannot be read
 */
async function audioResponse(
  request: Request,
  name: string,
  audio: AudioStorage,
  breakOff: BreakOff,
): Promise<Response> {
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    return refusal(405, 'Recordings can only be read, by GET or HEAD.', undefined, { allow: 'GET, HEAD' });
  }
  const parsed = parseRecordingName(name);
  const size = parsed === null ? null : await audio.size(name);
  if (parsed === null || size === null)
    return refusal(404, 'There is no such recording. Query the `audioUrl` of the turn again.');

  const etag = `"${name}"`;
  const headers = {
    'accept-ranges': 'bytes',
    'cache-control': 'public, max-age=31536000, immutable',
    'content-type': parsed.contentType,
    'x-content-type-options': 'nosniff',
    etag,
  };
  if (hasTag(request.headers.get('if-none-match'), etag)) return new Response(null, { status: 304, headers });

  const range = parseByteRange(rangeHeader(request, etag), size);
  if (range === 'unsatisfiable') {
    const message = `The recording has ${size} bytes. Ask for a range that begins before its end.`;
    return refusal(416, message, undefined, { 'content-range': `bytes */${size}` });
  }
  const { start, end } = range ?? { start: 0, end: size - 1 };
  const empty = request.method === 'HEAD' || size === 0;
  const body = empty ? null : await streamOf(audio.read(name, start, end), breakOff);
  return new Response(body, {
    status: range === null ? 200 : 206,
    headers: {
      ...headers,
      'content-length': String(end - start + 1),
      ...(range !== null && { 'content-range': `bytes ${start}-${end}/${size}` }),
    },
  });
}

/** The Range header. It is ignored if the method is not GET, or if If-Range names another recording. */
function rangeHeader({ method, headers }: Request, etag: string): string | null {
  const condition = headers.get('if-range');
  return method === 'GET' && (condition === null || condition === etag) ? headers.get('range') : null;
}
