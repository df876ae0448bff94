import { onTestFinished } from 'vitest';
import { startServer } from '../llm/server.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { type Collector, openCollector } from './collector.ts';

const SDK = new URL('load-sdk.js', import.meta.url).href;

/** A server process whose SDK exports spans to the collector. */
export interface TracedServer {
  readonly collector: Collector;
  readonly url: string;
  /** Sends a document, and returns the whole answer. */
  post(query: string, headers?: Readonly<Record<string, string>>): Promise<Response>;
  /** Stops the server, which exports all spans that have ended. Returns what it has printed. */
  stop(): Promise<string>;
}

export async function startTracedServer(env: Readonly<Record<string, string>>): Promise<TracedServer> {
  const collector = await openCollector();
  const server = await startServer({
    DATA_DIR: await tempFolder(),
    NODE_OPTIONS: `--import ${SDK}`,
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    // No span is exported before the server stops.
    OTEL_BSP_SCHEDULE_DELAY: '600000',
    ...env,
  });
  onTestFinished(async () => {
    await server.end('SIGKILL');
  });
  return {
    collector,
    url: server.url,
    post: (query, headers = {}) =>
      fetch(server.url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify({ query }),
      }),
    async stop() {
      await server.end('SIGTERM');
      return server.output();
    },
  };
}
