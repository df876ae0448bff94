import { onTestFinished } from 'vitest';
import { type Server, startServer } from '../llm/server.ts';
import { tempFolder } from '../support/temp-folder.ts';

export const WATCH_POOL = 'subscription { pool(profileId: "course") { unusedTotal usedTotal } }';

/** A server on a folder of its own, killed when the test has finished. */
export async function openServer(): Promise<Server> {
  const server = await startServer({ DATA_DIR: await tempFolder() });
  onTestFinished(async () => {
    await server.end('SIGKILL');
  });
  return server;
}

/** Subscribes over HTTP. @returns the text of the stream so far, and a promise of whether it ended completely */
export async function watchPool({ url }: Server): Promise<{ text: () => string; ended: Promise<boolean> }> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
    body: JSON.stringify({ query: WATCH_POOL }),
  });
  let text = '';
  const read = async () => {
    const decoder = new TextDecoder();
    for await (const chunk of response.body ?? []) text += decoder.decode(chunk, { stream: true });
    return true;
  };
  return { text: () => text, ended: read().catch(() => false) };
}
