import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import {
  type Attributes,
  context,
  propagation,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';
import { currentRequest } from '../../ports/request.ts';
import type { RequestInfo } from '../../ports/work-context.ts';
import { tracer } from './span.ts';

/** What the server serves. */
export interface TracedPaths {
  /** Finds the route of a path, with `{name}` in place of what identifies a thing; null if nothing is served there. */
  readonly routeOf: (path: string) => string | null;
  /** Paths whose requests get no span, since they are sent every few seconds. */
  readonly untraced: readonly string[];
}

const METHODS = ['CONNECT', 'DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT', 'TRACE'];

/**
 * Makes a span of each request, which ends when its answer has been sent or its client has left. It continues the trace of
 * a `traceparent` header. If the SDK has instrumented Node's servers, the span that it has begun is used.
 *
 * It is to be called within a request, whose `traceId` it sets.
 */
export function withRequestSpans(listener: RequestListener, paths: TracedPaths): RequestListener {
  return (request, response) => {
    const [path = ''] = (request.url ?? '').split(/[?#]/, 1);
    if (paths.untraced.includes(path)) return listener(request, response);
    const info = currentRequest();
    const route = paths.routeOf(path);
    const attributes = requestAttributes(request, route);
    const name = nameOf(attributes, route);
    const instrumented = trace.getActiveSpan();
    const parent = propagation.extract(context.active(), request.headers);
    const span = instrumented ?? tracer.startSpan(name, { kind: SpanKind.SERVER, attributes }, parent);
    instrumented?.updateName(name).setAttributes(attributes);
    if (info) info.traceId = span.spanContext().traceId;
    // Before the listener of an SDK that ends its own span.
    response.prependOnceListener('close', () => {
      describeAnswer(span, response, info);
      if (!instrumented) span.end();
    });
    context.with(trace.setSpan(parent, span), () => listener(request, response));
  };
}

function nameOf({ 'http.request.method': method }: Attributes, route: string | null): string {
  const first = method === '_OTHER' ? 'HTTP' : String(method);
  return route === null ? first : `${first} ${route}`;
}

/** Neither the query string, which may be a document with its variables, nor what tells who asks or for what. */
function requestAttributes(
  { method = '', headers, httpVersion }: IncomingMessage,
  route: string | null,
): Attributes {
  const [, address, port] =
    /^(\[[\da-f:.]{2,45}\]|[\w.-]{1,253})(?::(\d{1,5}))?$/i.exec(headers.host ?? '') ?? [];
  return {
    'http.request.method': METHODS.includes(method) ? method : '_OTHER',
    'url.scheme': 'http',
    'url.path': (route ?? '/{path}').replace(/\{\w+\}/, 'REDACTED'),
    'http.route': route ?? undefined,
    'server.address': address,
    'server.port': port === undefined ? undefined : Number(port),
    'network.protocol.version': httpVersion,
  };
}

function describeAnswer(span: Span, response: ServerResponse, info: RequestInfo | undefined): void {
  const { statusCode } = response;
  if (info) span.setAttribute('http.response.header.x-request-id', [info.id]);
  if (info?.operation) {
    span.setAttribute('graphql.operation.type', info.operation.type);
    if (info.operation.name !== null)
      span.setAttribute('graphql.operation.name', info.operation.name.slice(0, 200));
  }
  if (response.headersSent) span.setAttribute('http.response.status_code', statusCode);
  const isFault = response.headersSent && statusCode >= 500;
  const type = info?.error?.code ?? (isFault ? String(statusCode) : null);
  if (type !== null) span.setAttribute('error.type', type);
  if (isFault || info?.error?.isFault) span.setStatus({ code: SpanStatusCode.ERROR });
}
