import type { RequestListener } from 'node:http';
import { onTestFinished } from 'vitest';
import { serve } from '../../src/http/serve.ts';

/** Serves the app on a free port of this machine until the test has finished, and returns its GraphQL endpoint. */
export async function listen(app: RequestListener): Promise<string> {
  const server = await serve(app, '127.0.0.1', 0);
  onTestFinished(() => server.stop());
  return `${server.url}/graphql`;
}
