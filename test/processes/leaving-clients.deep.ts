import { setTimeout as pause } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { type Server, startServer } from '../llm/server.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { createCourse } from './course-on-server.ts';

const WATCH_POOL = 'subscription { pool(profileId: "course") { unusedTotal usedTotal } }';

async function openServer(): Promise<Server> {
  const server = await startServer({ DATA_DIR: await tempFolder() });
  onTestFinished(async () => {
    await server.end('SIGKILL');
  });
  return server;
}

/** Subscribes over HTTP. @returns the text of the stream so far, and a promise of whether it ended completely */
async function watchPool({ url }: Server): Promise<{ text: () => string; ended: Promise<boolean> }> {
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

test('a client that leaves is no longer watched for, also if it leaves before its first event', async () => {
  const server = await openServer();
  await createCourse(server, 'course', 3);
  // More clients than a server has watchers, in groups that leave at once.
  for (let group = 0; group < 12; group += 1) {
    const leaving = new AbortController();
    const requests = Array.from({ length: 100 }, () =>
      fetch(server.url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
        body: JSON.stringify({ query: WATCH_POOL }),
        signal: leaving.signal,
      }).catch(() => null),
    );
    await Promise.race(requests);
    leaving.abort();
    await Promise.all(requests);
  }
  let text = '';
  while (!text.includes('unusedTotal')) {
    const stream = await watchPool(server);
    while (!stream.text().includes('event: next')) await pause(5);
    text = stream.text();
  }
  expect(text).toContain('"usedTotal":0');
});
