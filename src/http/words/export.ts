import type { ServerResponse } from 'node:http';
import type { Plugin } from 'graphql-yoga';
import { audioUrl } from '../../graphql/audio-url.ts';
import type { Log } from '../../ports/log.ts';
import { EXPORT_FORMATS } from '../../words/export/export-formats.ts';
import type { WordExport } from '../../words/export/word-export.ts';
import { answering } from '../answering.ts';
import { breakOffBy, streamOf } from '../audio/stream-of.ts';
import { errorResponse, refusal } from '../error-response.ts';

/** The path under which words are exported. The profile's id, a dot and the format follow it. */
export const EXPORT_PATH = '/export/';

/**
 * Answers GET and HEAD for the words of a profile as a file. They are read from the store as fast as the client reads the
 * file, and no further if it leaves. If the store fails in the middle, the connection is closed, so that the client does
 * not take its copy for complete.
 * @param wordsFor what the sender of a request may export
 * @param publicUrl the URL under which clients reach this server; null if that is the origin of their requests
 */
export function useExport(
  wordsFor: (request: Request) => WordExport,
  publicUrl: string | null,
  log: Log,
): Plugin<object, { res?: ServerResponse }> {
  const isAsked = ({ url }: { readonly url: URL }) => url.pathname.startsWith(EXPORT_PATH);
  return {
    onRequest: answering(isAsked, errorResponse(log), async ({ request, url, serverContext: { res } }) => {
      if (request.method !== 'GET' && request.method !== 'HEAD') {
        return refusal(405, 'Words can only be exported, by GET or HEAD.', undefined, { allow: 'GET, HEAD' });
      }
      const [, encoded = '', extension = ''] = /^(.+)\.([a-z]+)$/.exec(fileName(url.pathname)) ?? [];
      const format = EXPORT_FORMATS.get(extension);
      const profileId = decoded(encoded);
      if (format === undefined || profileId === null) {
        return refusal(404, `Ask for ${EXPORT_PATH} with a profile's id and .csv, .tsv or .json.`);
      }
      const ofRecording = (name: string) => audioUrl(publicUrl ?? url.origin, name);
      const source = encode(wordsFor(request).exportWords(profileId, format, ofRecording));
      const breakOff = breakOffBy(res, (error) => log.warn({ err: error }, 'an export was broken off'));
      const body = await streamOf(source, breakOff);
      if (request.method === 'HEAD') await body.cancel();
      const headers = {
        'content-type': format.contentType,
        'content-disposition': attachment(profileId, extension),
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
      };
      return new Response(request.method === 'HEAD' ? null : body, { headers });
    }),
  };
}

function fileName(path: string): string {
  return path.slice(EXPORT_PATH.length);
}

/** Null if the text is not percent-encoded UTF-8. */
function decoded(encoded: string): string | null {
  try {
    return decodeURIComponent(encoded);
  } catch {
    return null;
  }
}

/** Tells a browser to save the file under the profile's id, and clients that know ASCII only, under a similar name. */
function attachment(profileId: string, extension: string): string {
  const plain = profileId.replace(/[^\w.-]/g, '_');
  const disposition = `attachment; filename="${plain}.${extension}"`;
  if (plain === profileId) return disposition;
  // RFC 8187 allows fewer characters than encodeURIComponent leaves as they are.
  const encoded = encodeURIComponent(profileId).replace(
    /['()*]/g,
    (one) => `%${one.charCodeAt(0).toString(16)}`,
  );
  return `${disposition}; filename*=UTF-8''${encoded}.${extension}`;
}

async function* encode(pieces: AsyncIterable<string>): AsyncIterable<Uint8Array> {
  const encoder = new TextEncoder();
  for await (const piece of pieces) yield encoder.encode(piece);
}
