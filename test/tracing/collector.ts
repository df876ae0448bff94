import { once } from 'node:events';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';
import { z } from 'zod';

/** A span as the SDK exports it. */
export interface ExportedSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | null;
  readonly name: string;
  readonly kind: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly isError: boolean;
  /** The ids of the spans that it links to. */
  readonly links: readonly string[];
}

/** A server in place of the collector of traces. */
export interface Collector {
  readonly url: string;
  readonly spans: readonly ExportedSpan[];
  /** Everything that was sent. */
  sent(): string;
}

const KINDS = ['unspecified', 'internal', 'server', 'client'];

const Value = z.looseObject({}).transform((value) => {
  const [inner] = Object.values(value);
  return z.object({ values: z.array(z.looseObject({})) }).safeParse(inner).success ? 'a list' : inner;
});

const Span = z
  .object({
    traceId: z.string(),
    spanId: z.string(),
    parentSpanId: z.string().optional(),
    name: z.string(),
    kind: z.number(),
    attributes: z.array(z.object({ key: z.string(), value: Value })),
    events: z.tuple([]),
    // A message may quote what nobody else may read.
    status: z.strictObject({ code: z.number() }),
    links: z.array(z.object({ spanId: z.string() })),
  })
  .transform(
    ({ parentSpanId = null, kind, attributes, status, links, ...rest }): ExportedSpan => ({
      ...rest,
      parentSpanId,
      kind: KINDS[kind] ?? String(kind),
      attributes: Object.fromEntries(attributes.map(({ key, value }) => [key, value])),
      isError: status.code === 2,
      links: links.map((link) => link.spanId),
    }),
  );

const Export = z.object({
  resourceSpans: z.array(
    z.object({
      scopeSpans: z.array(z.object({ scope: z.object({ name: z.string() }), spans: z.array(Span) })),
    }),
  ),
});

/** Takes spans by OTLP over HTTP as JSON, on a free port of this machine until the test has finished. */
export async function openCollector(): Promise<Collector> {
  const bodies: string[] = [];
  const spans: ExportedSpan[] = [];
  const server = createServer(async (request, response) => {
    const body = await text(request);
    bodies.push(body);
    const { resourceSpans } = Export.parse(JSON.parse(body));
    spans.push(...resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans)));
    response.setHeader('content-type', 'application/json').end('{}');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('not listening on a port');
  return { url: `http://127.0.0.1:${address.port}`, spans, sent: () => bodies.join('\n') };
}
