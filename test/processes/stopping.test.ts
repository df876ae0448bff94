import { once } from 'node:events';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { openSqliteStore } from '../../src/adapters/sqlite/sqlite-store.ts';
import { type Provider, startProvider, writesDialogs } from '../llm/provider.ts';
import { type Server, startServer } from '../llm/server.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { createCourse, ensure } from './course-on-server.ts';

/** How many dialogs a top-up of the tests asks for, each of which is one paid call. */
const MIN = 9;

/** A model whose answers wait until the test opens the gate. */
interface Gate {
  readonly provider: Provider;
  /** Resolves when `count` calls have arrived. */
  called(times: number): Promise<void>;
  open(): void;
}

async function openGate(): Promise<Gate> {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  const provider = await startProvider(async (call) => {
    await opened;
    return writesDialogs(call);
  });
  onTestFinished(() => provider.close());
  return {
    provider,
    open: () => open(),
    async called(times) {
      while (provider.calls.length < times) await pause(5);
    },
  };
}

async function serverWith({ provider }: Gate, DATA_DIR: string): Promise<Server> {
  const server = await startServer({ DATA_DIR, LLM_BASE_URL: provider.baseUrl, LLM_MODEL: 'test-chat' });
  onTestFinished(async () => {
    await server.end('SIGKILL');
  });
  return server;
}

/** Opens a connection that stays open until the server closes it, and sends a part of a request. */
async function openConnection({ url }: Server, sent: string): Promise<void> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname).on('error', () => undefined);
  onTestFinished(() => void socket.destroy());
  await once(socket, 'connect');
  socket.write(sent);
}

/** Whether a new connection to the server is refused. */
async function refuses({ url }: Server): Promise<boolean> {
  return fetch(new URL('/health', url)).then(
    () => false,
    () => true,
  );
}

test('at SIGTERM, running requests are answered, new connections are refused, and the exit code is 0', async () => {
  const gate = await openGate();
  const server = await serverWith(gate, await tempFolder());
  await createCourse(server, 'course', 40);
  const running = ensure(server, 'course', MIN);
  await gate.called(4);

  const ended = server.end('SIGTERM');
  while (!(await refuses(server))) await pause(5);
  // Sent again, it does not end the process in the middle.
  process.kill(server.pid, 'SIGTERM');
  gate.open();

  expect(await running).toMatchObject({ outcome: 'SATISFIED', unusedTotal: MIN });
  expect(await ended).toBe(0);
  expect(server.output()).toContain('"msg":"stopped"');
  expect(server.output()).not.toContain('stopped in the middle');
});

test('at SIGTERM, an idle server ends although clients keep connections open, also without a whole request', async () => {
  const server = await startServer({ DATA_DIR: await tempFolder() });
  await createCourse(server, 'course', 1);
  expect(await (await fetch(server.url.replace('/graphql', '/ready'))).text()).toBe('');
  await openConnection(server, '');
  await openConnection(server, 'GET /health HTTP/1.1\r\nHost:');
  const ended = await Promise.race([server.end('SIGTERM'), pause(9_000, 'still running')]);
  expect(ended).toBe(0);
});

test('a top-up whose client hung up goes on, and is not doubled by the next', async () => {
  const gate = await openGate();
  const server = await serverWith(gate, await tempFolder());
  await createCourse(server, 'course', 40);
  const hangUp = new AbortController();
  const gone = fetch(server.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      query: `mutation { ensureDialogs(profileId: "course", min: ${MIN}) { unusedTotal } }`,
    }),
    signal: hangUp.signal,
  });
  gone.catch(() => undefined);
  await gate.called(4);
  hangUp.abort();
  await expect(gone).rejects.toThrow('aborted');

  const next = ensure(server, 'course', MIN);
  gate.open();
  expect(await next).toMatchObject({ outcome: 'SATISFIED', unusedTotal: MIN, created: [] });
  expect(gate.provider.calls).toHaveLength(MIN);
});

test('at SIGINT, a top-up whose client hung up is finished too', async () => {
  const gate = await openGate();
  const DATA_DIR = await tempFolder();
  const server = await serverWith(gate, DATA_DIR);
  await createCourse(server, 'course', 40);
  const hangUp = new AbortController();
  const query = `mutation { ensureDialogs(profileId: "course", min: ${MIN}) { unusedTotal } }`;
  const gone = fetch(server.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
    signal: hangUp.signal,
  });
  gone.catch(() => undefined);
  await gate.called(4);
  hangUp.abort();

  const ended = server.end('SIGINT');
  while (!(await refuses(server))) await pause(5);
  gate.open();
  expect(await ended).toBe(0);
  expect(gate.provider.calls).toHaveLength(MIN);
  const store = await openSqliteStore({ path: join(DATA_DIR, 'dialog-pool.sqlite') });
  onTestFinished(() => store.close());
  expect(await store.dialogCounts(['course'])).toEqual([{ unused: MIN, used: 0 }]);
});
