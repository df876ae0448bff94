import type { IncomingMessage, RequestListener } from 'node:http';
import { type ExecutionArgs, getOperationAST } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { AUDIO_PATH } from '../graphql/audio-url.ts';
import type { Clock, NewId } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import { currentRequest, runWithRequest } from '../ports/request.ts';
import type { RequestInfo } from '../ports/work-context.ts';
import { senderOf } from './limits/caller.ts';
import { METRICS_PATH, PROBES } from './probes.ts';

/** Header of the request's id, in requests and answers. */
export const REQUEST_ID_HEADER = 'x-request-id';

/** Paths that are asked for every few seconds. */
const FREQUENT = [...PROBES, METRICS_PATH];
/** Most characters of a path and of the name of an operation in the log. */
const MAX_LENGTH = 200;

interface AccessLogDeps {
  readonly log: Log;
  readonly clock: Clock;
  readonly newId: NewId;
}

/**
 * Logs one line for each request when its answer has been sent or its client has left, without its contents, and returns
 * the request's id as a header. Lines that other code logs while it serves the request carry the id if the log adds that
 * of `currentRequest`.
 */
export function logRequests(
  listener: RequestListener,
  { log, clock, newId }: AccessLogDeps,
): RequestListener {
  return (request, response) => {
    const began = clock.monotonic();
    const info: RequestInfo = { id: idOf(request) ?? newId(), began, ...senderOf(request) };
    const path = pathOf(request);
    const headerTraceId = traceIdOf(request);
    response.setHeader(REQUEST_ID_HEADER, info.id);
    response.once('close', () => {
      const isUsual = FREQUENT.includes(path) && response.statusCode < 400;
      const { operation, subject, traceId = headerTraceId } = info;
      const fields = {
        requestId: info.id,
        ...(traceId !== null && { traceId }),
        method: request.method,
        path,
        status: response.headersSent ? response.statusCode : null,
        ...(!response.writableFinished && { aborted: true }),
        durationMs: Math.round((clock.monotonic() - began) * 10) / 10,
        ...(subject && { subject }),
        ...(operation !== undefined && { operationType: operation.type }),
        ...(operation?.name && { operation: operation.name.slice(0, MAX_LENGTH) }),
      };
      log[isUsual ? 'debug' : 'info'](fields, 'request');
    });
    runWithRequest(info, () => listener(request, response));
  };
}

/** Tells the access log which operation a request executes. */
export function useOperationInfo(): Plugin {
  const tell = ({ args: { document, operationName } }: { readonly args: ExecutionArgs }): void => {
    const request = currentRequest();
    const operation = request && getOperationAST(document, operationName);
    if (operation) request.operation = { type: operation.operation, name: operation.name?.value ?? null };
  };
  return { onExecute: tell, onSubscribe: tell };
}

/** The id that a client or a proxy has given the request; null if it has none that is well-formed. */
function idOf({ headers }: IncomingMessage): string | null {
  const id = headers[REQUEST_ID_HEADER];
  return typeof id === 'string' && /^[\w.-]{1,64}$/.test(id) ? id : null;
}

/**
 * The path without the query string; empty if the URL does not begin with a path. The name of a recording is left out,
 * because a client that knows the name needs no token to hear the recording.
 */
function pathOf({ url = '' }: IncomingMessage): string {
  const [, path = ''] = /^(\/[^?#]*)/.exec(url) ?? [];
  return path.startsWith(AUDIO_PATH) ? `${AUDIO_PATH}{name}` : path.slice(0, MAX_LENGTH);
}

/** The trace id of a W3C `traceparent` header; null if there is none that is well-formed. */
function traceIdOf({ headers: { traceparent } }: IncomingMessage): string | null {
  if (typeof traceparent !== 'string') return null;
  const match = /^([\da-f]{2})-([\da-f]{32})-([\da-f]{16})-[\da-f]{2}(-.*)?$/.exec(traceparent);
  const [, version, traceId = '', parentId = '', rest] = match ?? [];
  // Versions after 00 may add fields, and ff is none.
  const isVersion = version === '00' ? rest === undefined : version !== 'ff';
  return isVersion && /[^0]/.test(traceId) && /[^0]/.test(parentId) ? traceId : null;
}
