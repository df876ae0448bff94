import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createCourse } from './course-on-server.ts';
import { openServer, WATCH_POOL, watchPool } from './watched-pool.ts';

test('a client that leaves is no longer watched for, also if it leaves before its first event', async () => {
  const server = await openServer();
  await createCourse(server, 'course', 3);
  // More clients than a server or a caller has places for, in groups that leave at once.
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
  // The server may take a moment to find out that the last ones have left.
  for (let tries = 0; tries < 100 && !text.includes('unusedTotal'); tries += 1) {
    const stream = await watchPool(server);
    while (!stream.text().includes('event: next')) await pause(5);
    text = stream.text();
  }
  expect(text).toContain('"usedTotal":0');
});
