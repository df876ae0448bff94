import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { RequestListener } from 'node:http';
import { connect } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { systemClock } from '../../src/adapters/system/system-clock.ts';
import { nextTurn, startTurn } from '../../src/concurrency/fair-turns.ts';
import { logRequests } from '../../src/http/access-log.ts';
import { serve } from '../../src/http/serve.ts';
import { startInTurn } from '../../src/http/start-in-turn.ts';
import { currentRequest, runWithRequest } from '../../src/ports/request.ts';
import type { Store } from '../../src/ports/store.ts';
import { createCourse } from '../support/course.ts';
import { openTestApp, tempSqliteStore } from '../support/test-app.ts';

/** Longer than a slice of the event loop. */
function block(): void {
  const began = performance.now();
  while (performance.now() - began < 4);
}

/** Has a step of a caller wait for its turn. To be called after `block`. */
async function step(network: string, caller: string, run: () => void): Promise<void> {
  await runWithRequest({ id: caller, began: 0, network, caller }, () => nextTurn({}));
  run();
}

/** Has a caller wait for the turn in which it starts something. To be called after `block`. */
async function start(run: () => void): Promise<void> {
  await runWithRequest({ id: 'one', began: 0, network: 'one', caller: 'one' }, () => startTurn());
  run();
}

/** Keeps the event loop busy for `turns` turns, each with a step of another network, which calls `run`. */
async function keepBusy(turns: number, run: () => void): Promise<void> {
  const first = step('first', '', run);
  block();
  await Promise.all([first, ...Array.from({ length: turns }, (_, i) => step(`network ${i}`, '', run))]);
}

/** Sends a GET request for `path` to a server on a new connection. */
async function sendTo(listener: RequestListener, path: string) {
  const server = await serve(listener, '127.0.0.1', 0);
  onTestFinished(() => server.stop());
  const { port } = new URL(server.url);
  const socket = connect(Number(port), '127.0.0.1');
  onTestFinished(() => void socket.destroy());
  await once(socket, 'connect');
  socket.write(`GET ${path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n`);
  return socket;
}

test('a request whose client leaves before its turn is not started', async () => {
  const started: unknown[] = [];
  const inTurn = startInTurn(({ url }) => started.push(url));
  let hasLeft = false;
  const socket = await sendTo((request, response) => {
    inTurn(request, response);
    socket.destroy();
    response.once('close', () => {
      hasLeft = true;
    });
  }, '/graphql');
  await keepBusy(1_000, () => {
    if (!hasLeft) block();
  });
  expect(hasLeft).toBe(true);
  await keepBusy(10, () => undefined);
  expect(started).toEqual([]);
});

test.each([
  ['/health', true],
  ['/graphql', false],
])(
  'whether a request for %s is started before those that wait for their turns: %s',
  async (path, isAtOnce) => {
    const inTurn = startInTurn((_, response) => void response.end());
    let wasAtOnce: boolean | null = null;
    const socket = await sendTo((request, response) => {
      inTurn(request, response);
      wasAtOnce = response.writableEnded;
    }, path);
    await keepBusy(100, () => {
      if (wasAtOnce === null) block();
    });
    expect(wasAtOnce).toBe(isAtOnce);
    await once(socket.resume(), 'close');
  },
);

test('a client that sends many different credentials keeps others waiting for one step at a time', async () => {
  nextTurn({});
  block();
  const order: string[] = [];
  const steps = Array.from({ length: 20 }, (_, i) => step('one', `caller ${i}`, () => order.push('one')));
  const others = ['first', 'second'].map((caller) => step('other', caller, () => order.push(caller)));
  await Promise.all([...steps, ...others]);
  expect(order.slice(0, 5)).toEqual(['one', 'first', 'one', 'second', 'one']);
});

test('of one caller, what has started goes on first, and something starts before all of it has ended', async () => {
  nextTurn({});
  block();
  const order: string[] = [];
  const started = start(() => order.push('start'));
  const steps = Array.from({ length: 10 }, () =>
    step('one', 'one', () => {
      order.push('step');
      block();
    }),
  );
  await Promise.all([started, ...steps]);
  expect(order.slice(0, 2)).toEqual(['step', 'start']);
});

test('nothing is started before what has waited longer', async () => {
  nextTurn({});
  block();
  const order: string[] = [];
  const first = start(() => order.push('first'));
  const second = start(() => order.push('second'));
  await first;
  await Promise.all([second, start(() => order.push('third'))]);
  expect(order).toEqual(['first', 'second', 'third']);
});

test('a subject is one caller, however it writes its credentials', async () => {
  const store = await tempSqliteStore();
  await createCourse(store);
  const callers: unknown[] = [];
  const profiles: Store['profiles'] = (ids) => {
    callers.push(currentRequest()?.caller);
    return store.profiles(ids);
  };
  const authenticate = async () => ({ id: 'ann', role: 'reader', expiresAt: null }) as const;
  const { app, log } = await openTestApp({ store: { ...store, profiles }, authenticate });
  const listener = logRequests(app, { log, clock: systemClock, newId: randomUUID });
  const server = await serve(listener, '127.0.0.1', 0);
  onTestFinished(() => server.stop());
  for (const authorization of ['Bearer key', 'bearer  key', 'BEARER key']) {
    const response = await fetch(`${server.url}/graphql?query={profile(id:"course"){name}}`, {
      headers: { authorization, connection: 'close' },
    });
    expect(await response.json()).toEqual({ data: { profile: { name: 'Course' } } });
  }
  expect(callers).toEqual(Array(3).fill('subject ann'));
});
