import type { IncomingMessage } from 'node:http';
import { GraphQLError } from 'graphql';
import { createGraphQLError, type GraphQLParams, type Plugin } from 'graphql-yoga';
import { laterTurn } from '../concurrency/fair-turns.ts';
import { TooManyRequests } from '../model/errors.ts';
import { refusal } from './error-response.ts';
import type { BeginBody } from './limits/arriving-bodies.ts';
import { readBody } from './limits/body-limit.ts';
import { parseBoundedJson, TooMuchJson } from './limits/bounded-json.ts';
import { refuseCompressed } from './limits/content-encoding.ts';

/** The media types that are accepted, in lower case. */
const JSON_TYPES = ['application/json', 'application/graphql+json'];

/** The members of a request that are objects. */
const OBJECTS = ['variables', 'extensions'];

/**
 * From how many characters on a body is parsed in a turn of the event loop of its own: with a thousand words, that and the
 * checks of their values take tens of milliseconds, and many bodies may arrive whole in one turn.
 */
const LARGE_BODY = 50_000;

/**
 * Parses GraphQL requests in place of yoga's parsers: queries by GET and JSON by POST, both with bounded JSON.
 *
 * All other content types are refused: a page of any origin may send some of them without a CORS preflight, and a page
 * must not make its visitor's browser change or pay for anything. Compressed bodies are refused too.
 * @param maxBody the most bytes of a body
 * @param begin counts the body of a request among all that are arriving
 */
export function useRequestParser(
  maxBody: number,
  begin: BeginBody,
): Plugin<object, { req?: IncomingMessage }> {
  return {
    onRequest({ request, endResponse }) {
      if (request.method !== 'POST') return;
      const compressed = refuseCompressed(request);
      if (compressed !== null) return endResponse(compressed);
      if (JSON_TYPES.includes(mediaType(request))) return;
      endResponse(refusal(415, 'Send the request as application/json.'));
    },
    onRequestParse({ request, serverContext, setRequestParser, endResponse }) {
      if (request.method === 'GET') return setRequestParser(paramsOfUrl);
      if (request.method !== 'POST') {
        const message = 'Send queries by GET or POST, and mutations by POST.';
        return endResponse(refusal(405, message, undefined, { allow: 'GET, HEAD, POST' }));
      }
      const { req } = serverContext;
      const receiving = { message: req, max: maxBody, begin: () => begin(request, req) };
      setRequestParser(async () => {
        const body = await wholeBody(request, receiving);
        if (body.length >= LARGE_BODY) await laterTurn(request);
        return paramsOfBody(body);
      });
    },
  };
}

function wholeBody(...body: Parameters<typeof readBody>): Promise<string> {
  return readBody(...body).catch((error: unknown) => {
    if (error instanceof GraphQLError || error instanceof TooManyRequests) throw error;
    // The client has gone, or its connection broke: no fault of the server's.
    throw badRequest('The body of the request did not arrive whole. Send the request again.');
  });
}

function mediaType({ headers }: Request): string {
  return headers.get('content-type')?.split(';')[0]?.trim().toLowerCase() ?? '';
}

function paramsOfUrl({ url }: Request): GraphQLParams {
  const begin = url.indexOf('?');
  const parameters = new URLSearchParams(begin < 0 ? '' : url.slice(begin));
  const json = (name: string): Record<string, unknown> | undefined => {
    const text = parameters.get(name);
    if (!text) return undefined;
    const value = parse(text, `The ${name} are not valid JSON.`, name);
    if (value === null) return undefined;
    if (!isObject(value)) throw badRequest(`The ${name} must be a JSON object.`);
    return value;
  };
  const text = (name: string) => parameters.get(name) || undefined;
  const [query, documentId, operationName] = ['query', 'documentId', 'operationName'].map(text);
  const [variables, extensions] = [json('variables'), json('extensions')];
  return {
    ...(query && { query }),
    ...(documentId && { documentId }),
    ...(operationName && { operationName }),
    ...(variables && { variables }),
    ...(extensions && { extensions }),
  };
}

function paramsOfBody(body: string): GraphQLParams {
  const value = parse(body, 'POST body sent invalid JSON.');
  if (isRequest(value)) return value;
  if (Array.isArray(value)) {
    throw badRequest('Batching is not supported. Send each operation in a request of its own.');
  }
  throw badRequest(
    `POST body is expected to be object but received ${value === null ? 'null' : typeof value}`,
  );
}

/**
 * @param fault the message if the text is not JSON
 * @param name what the text is called in messages; if it is left out, the member that is at fault is named
 */
function parse(text: string, fault: string, name?: string): unknown {
  try {
    return parseBoundedJson(text);
  } catch (error) {
    if (!(error instanceof TooMuchJson)) throw badRequest(fault);
    const member = OBJECTS.find((known) => known === error.member) ?? 'body';
    throw badRequest(`${name ?? member}: ${error.message}`);
  }
}

/** Whether it may be a request. Yoga checks its parameters. */
function isRequest(value: unknown): value is GraphQLParams {
  return isObject(value);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function badRequest(message: string): Error {
  return createGraphQLError(message, { extensions: { code: 'BAD_REQUEST', http: { status: 400 } } });
}
