import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createCourse } from './course-on-server.ts';
import { openServer, watchPool } from './watched-pool.ts';

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
