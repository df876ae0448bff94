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

test('a server with 50 open streams stops at SIGTERM, and every stream is complete', async () => {
  const server = await openServer();
  await createCourse(server, 'course', 3);
  const streams = await Promise.all(Array.from({ length: 50 }, () => watchPool(server)));
  while (streams.some(({ text }) => !text().includes('unusedTotal'))) await pause(10);
  expect(await server.end('SIGTERM')).toBe(0);
  expect(await Promise.all(streams.map(({ ended }) => ended))).toEqual(Array(50).fill(true));
  for (const { text } of streams) expect(text()).toContain('event: complete');
  expect(server.output()).not.toContain('stopped in the middle');
});
