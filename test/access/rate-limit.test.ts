import { describe, expect, test } from 'vitest';
import { callerOf } from '../../src/http/limits/caller.ts';
import { createRateLimit } from '../../src/http/limits/rate-limit.ts';
import { graphql } from '../generated/index.ts';
import { frozenClock } from '../support/clocks.ts';
import { collectGarbage } from '../support/collect-garbage.ts';
import { createCourse } from '../support/course.ts';
import { subscribe } from '../support/event-stream.ts';
import { listen } from '../support/listen.ts';
import { bearer, openTestApp } from '../support/test-app.ts';
import { openIssuer } from './issuer.ts';

const Ask = graphql(`
  query AskOften { profiles { edges { node { id } } } }
`);

const Watch = graphql(`
  subscription WatchLimited { pool(profileId: "course") { unusedTotal } }
`);

async function opened(requestsPerMinute: number) {
  const clock = frozenClock();
  const issuer = await openIssuer();
  const app = await openTestApp({ authenticate: issuer.authenticate, requestsPerMinute, clock });
  await createCourse(app.store);
  const tokens = [await issuer.token('one', 'service'), await issuer.token('other', 'reader')] as const;
  return { app, clock, tokens };
}

test('a subject may send its whole limit at once, and then one request each time a part of it has come back', async () => {
  const { app, clock, tokens } = await opened(6);
  const statuses = async (token: string, count: number) => {
    const answers = await Promise.all(Array.from({ length: count }, () => app.send(Ask, {}, token)));
    return answers.map(({ status }) => status).toSorted();
  };
  expect(await statuses(tokens[0], 8)).toEqual([200, 200, 200, 200, 200, 200, 429, 429]);
  expect(await statuses(tokens[1], 1)).toEqual([200]);
  clock.move(9_999);
  expect(await statuses(tokens[0], 1)).toEqual([429]);
  clock.move(1);
  expect(await statuses(tokens[0], 2)).toEqual([200, 429]);
  clock.move(3_600_000);
  expect(await statuses(tokens[0], 7)).toEqual([200, 200, 200, 200, 200, 200, 429]);
});

test('a refusal says when to try again', async () => {
  const { app, tokens } = await opened(6);
  const ask = () =>
    app.app.fetch('http://127.0.0.1/graphql?query={__typename}', { headers: bearer(tokens[0]) });
  for (let i = 0; i < 6; i += 1) await ask();
  const refused = await ask();
  expect(refused.status).toBe(429);
  expect(refused.headers.get('retry-after')).toBe('10');
  expect(await refused.json()).toEqual({
    errors: [
      {
        message: 'You have sent too many requests. Send the next one in 10 seconds.',
        extensions: { code: 'TOO_MANY_REQUESTS', retryable: true },
      },
    ],
  });
});

test('an open stream keeps a request until it ends', async () => {
  const { app, clock, tokens } = await opened(2);
  const [token] = tokens;
  const streams = [await subscribe(app, Watch, {}, token), await subscribe(app, Watch, {}, token)];
  for (const stream of streams) await stream.next();
  clock.move(3_600_000);
  expect((await app.send(Ask, {}, token)).status).toBe(429);
  await streams[0]?.hangUp();
  clock.move(60_000);
  expect((await app.send(Ask, {}, token)).status).toBe(200);
  expect((await app.send(Ask, {}, token)).status).toBe(429);
  await streams[1]?.hangUp();
  await streams[1]?.hangUp();
  clock.move(3_600_000);
  const after = await Promise.all([1, 2, 3].map(() => app.send(Ask, {}, token)));
  // Which of the three comes too late is not settled: they are sent at once.
  expect(after.map(({ status }) => status).sort()).toEqual([200, 200, 429]);
});

test('requests without valid credentials count against their address, and no others do', async () => {
  const issuer = await openIssuer();
  const { app } = await openTestApp({
    authenticate: issuer.authenticate,
    requestsPerMinute: 3,
    clock: frozenClock(),
  });
  const url = new URL(await listen(app));
  const statusOf = async (path: string, token?: string) =>
    (await fetch(url.origin + path, { headers: bearer(token) })).status;
  const query = '/graphql?query={__typename}';
  expect([await statusOf(query), await statusOf(query, 'x'), await statusOf('/metrics')]).toEqual([
    401, 401, 401,
  ]);
  for (const path of [query, '/metrics', '/import/anki']) expect(await statusOf(path)).toBe(429);
  expect(await statusOf(query, await issuer.token('one', 'service'))).toBe(200);
  for (let i = 0; i < 5; i += 1) expect(await statusOf('/health')).toBe(200);
});

test('if the server does not ask who calls, each address has its limit', async () => {
  const { app } = await openTestApp({ requestsPerMinute: 2, clock: frozenClock() });
  const url = `${await listen(app)}?query={__typename}`;
  const statuses = [];
  for (let i = 0; i < 3; i += 1) statuses.push((await fetch(url)).status);
  expect(statuses).toEqual([200, 200, 429]);
});

describe('an address', () => {
  const callerAt = (remoteAddress: string) => {
    // Only the address is read of a request.
    const request = Object.assign(Object.create(null), { socket: { remoteAddress } });
    return callerOf(null, request);
  };

  test('of IPv6 stands for its network of 64 bits', () => {
    const same = ['2001:db8:1:2::1', '2001:db8:1:2:ffff:ffff:ffff:ffff', '2001:db8:1:2:0:5::'];
    expect(new Set(same.map(callerAt)).size).toBe(1);
    const others = ['2001:db8:1:3::1', '2001:db8::2:0:0:1', '::1', 'fe80::1%eth0', '2001:db8:1:2::1'];
    expect(new Set(others.map(callerAt)).size).toBe(others.length);
    expect(callerAt('::')).toBe(callerAt('::1'));
  });

  test('of IPv4 is the same on a socket for both families', () => {
    expect(callerAt('::ffff:192.0.2.1')).toBe(callerAt('192.0.2.1'));
    expect(callerAt('192.0.2.2')).not.toBe(callerAt('192.0.2.1'));
  });
});

test('however many addresses call, they take less than 30 MB, and give no subject its limit back', () => {
  const limit = createRateLimit(60, frozenClock());
  const heapUsed = () => {
    collectGarbage();
    return process.memoryUsage().heapUsed;
  };
  const addressOf = (i: number) => `address 10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`;
  const subject = 'subject one';
  for (let i = 0; i < 60; i += 1) expect(limit.take(subject)).toBe(0);
  const before = heapUsed();
  // Without a limit, these would take about 42 MB.
  for (let i = 0; i < 300_000; i += 1) limit.take(addressOf(i));
  expect(heapUsed() - before).toBeLessThan(30_000_000);
  expect(limit.take(addressOf(299_999))).toBe(0);
  expect(limit.take(subject)).toBe(1);
});
