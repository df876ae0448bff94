import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { startProvider } from '../llm/provider.ts';
import { startServer } from '../llm/server.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { createCourse } from './course-on-server.ts';

/** Subscribes three times at once on one connection, and leaves when the first event has come. */
async function subscribeAndLeave(url: string): Promise<void> {
  const { port, pathname } = new URL(url);
  const socket = connect(Number(port), '127.0.0.1');
  const query = encodeURIComponent('subscription { pool(profileId: "course") { usedTotal } }');
  const request = (id: string) =>
    `GET ${pathname}?query=${query} HTTP/1.1\r\nhost: localhost\r\naccept: text/event-stream\r\nx-request-id: ${id}\r\n\r\n`;
  socket.write(['watch-1', 'watch-2', 'watch-3'].map(request).join(''));
  await once(socket, 'data');
  socket.destroy();
}

test('every request is logged, and every line that is logged for a request carries its id', async () => {
  const provider = await startProvider(() => ({ status: 401, body: 'wrong key' }));
  onTestFinished(() => provider.close());
  const server = await startServer({
    DATA_DIR: await tempFolder(),
    LLM_BASE_URL: provider.baseUrl,
    LLM_MODEL: 'test-chat',
  });
  onTestFinished(async () => {
    await server.end('SIGKILL');
  });
  await createCourse(server, 'course', 3);
  const response = await fetch(server.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-request-id': 'the-top-up' },
    body: JSON.stringify({ query: 'mutation { ensureDialogs(profileId: "course", min: 1) { outcome } }' }),
  });
  expect(response.headers.get('x-request-id')).toBe('the-top-up');
  expect(await response.text()).toContain('GENERATOR_UNAVAILABLE');
  await subscribeAndLeave(server.url);
  await server.end('SIGTERM');
  const lines = server
    .output()
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  const messages = lines.filter(({ requestId }) => requestId === 'the-top-up').map(({ msg }) => msg);
  expect(messages).toEqual(
    expect.arrayContaining(['the model failed as a whole', 'a top-up created no dialog', 'request']),
  );
  const watched = lines.filter(({ msg, requestId }) => msg === 'request' && /^watch/.test(requestId));
  expect(watched.map(({ requestId }) => requestId)).toEqual(['watch-1', 'watch-2', 'watch-3']);
  expect(lines.find(({ msg }) => msg === 'stopped')).not.toHaveProperty('requestId');
});
