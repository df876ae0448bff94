import { isAsyncIterable, type Plugin } from 'graphql-yoga';
import { refusal } from './error-response.ts';

/** The media types of answers to GraphQL requests: those of one result, then those of several. */
const MEDIA_TYPES = [
  'application/graphql-response+json',
  'application/json',
  'text/event-stream',
  'multipart/mixed',
];
/** What a header can name to get one of them. */
const RANGES = new Set(['*/*', 'application/*', 'text/*', 'multipart/*', ...MEDIA_TYPES]);

/**
 * Refuses a request whose `Accept` names no media type of an answer, before anything of it is carried out. Yoga would
 * execute it first. Whether it accepts a stream of events shows only when it turns out to be a subscription.
 */
export function useAcceptHeader(): Plugin {
  return {
    onRequestParse({ request, endResponse }) {
      if (isAcceptable(request.headers.get('accept'))) return;
      endResponse(notAcceptable(`Name one of ${MEDIA_TYPES.join(', ')} in the header Accept.`));
    },
    onResultProcess({ result, resultProcessor, setResultProcessor }) {
      if (resultProcessor !== undefined) return;
      if (isAsyncIterable(result)) void result[Symbol.asyncIterator]().return?.();
      const answer = () => notAcceptable('Name text/event-stream in the header Accept of a subscription.');
      setResultProcessor(answer, 'application/json');
    },
  };
}

/** Whether yoga sends one of the media types for an `Accept` header. It sends texts in UTF-8 only. */
function isAcceptable(header: string | null): boolean {
  if (!header) return true;
  const ranges = header.replace(/\s/g, '').toLowerCase().split(',');
  return ranges.some((range) => {
    const [type, ...parameters] = range.split(';');
    if (parameters.some((one) => one.includes('charset=') && one !== 'charset=utf-8')) return false;
    return RANGES.has(type ?? '');
  });
}

function notAcceptable(message: string): Response {
  return refusal(406, message);
}
