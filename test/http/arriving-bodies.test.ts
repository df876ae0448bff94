import { type ClientRequest, request } from 'node:http';
import { json } from 'node:stream/consumers';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import { ArrivingBodies } from '../../src/http/limits/arriving-bodies.ts';
import { MAX_BODY } from '../../src/http/limits/query-limits.ts';
import { listen } from '../support/listen.ts';
import { movableClock } from '../support/movable-clock.ts';
import { openTestApp } from '../support/test-app.ts';
import { until } from '../support/until.ts';

/** So many unfinished bodies of nearly the greatest length are more than the server keeps. */
const TOO_MANY = 17;
const UNFINISHED = Buffer.alloc(MAX_BODY - 50_000, ' ');

interface Answer {
  readonly status: number | undefined;
  readonly retryAfter: string | undefined;
  readonly body: unknown;
}

test('unfinished bodies are kept up to 64 MB, and stalled ones give way to one that arrives', async () => {
  const clock = movableClock();
  const { app } = await openTestApp({ clock });
  const url = await listen(app);
  const refused: Answer[] = [];
  const begin = (headers: Record<string, string | number>, answered: (answer: Answer) => void) => {
    const sent: ClientRequest = request(
      url,
      { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, agent: false },
      async (response) => {
        const { statusCode: status, headers: received } = response;
        answered({ status, retryAfter: received['retry-after'], body: await json(response) });
      },
    );
    sent.on('error', () => undefined);
    onTestFinished(() => {
      sent.destroy();
    });
    return sent;
  };
  for (let i = 0; i < TOO_MANY; i += 1)
    begin({ 'content-length': MAX_BODY }, (answer) => refused.push(answer)).write(UNFINISHED);
  await until(() => refused.length === 1);

  clock.move(2_000);
  const whole = JSON.stringify({ query: '{ __typename }' }).padEnd(MAX_BODY);
  const answer = await new Promise<Answer>((resolve) => begin({}, resolve).end(whole));
  expect(answer).toMatchObject({ status: 200, body: { data: { __typename: 'Query' } } });
  await until(() => refused.length === 2);
  for (const { status, retryAfter, body } of refused) {
    expect([status, retryAfter]).toEqual([429, '5']);
    expect(body).toMatchObject({
      errors: [{ extensions: { code: 'TOO_MANY_REQUESTS', retryable: true } }],
    });
  }
});

describe('if no body has stalled, the newest one is refused of the caller', () => {
  /** Begins bodies of callers, which all wait for more. @returns those that were refused, by their callers */
  async function refusedOf(
    limits: { maxBodies: number; maxBytes: number },
    begun: readonly (readonly [caller: string, bytes: number])[],
  ): Promise<string[]> {
    const bodies = new ArrivingBodies(limits, movableClock());
    const refused: string[] = [];
    for (const [index, [caller, bytes]] of begun.entries()) {
      const body = bodies.begin(caller);
      body
        .unlessRefused(() => new Promise<never>(() => undefined))
        .catch(() => refused.push(`${caller} ${index}`));
      body.add(bytes);
    }
    await nextTurn();
    return refused;
  }

  test('with the most bodies, if there are too many bodies', async () => {
    const many = Array.from({ length: 10 }, () => ['many', 0] as const);
    const refused = await refusedOf({ maxBodies: 10, maxBytes: 1_000 }, [['one', 500], ...many]);
    expect(refused).toEqual(['many 10']);
  });

  test('with the most bytes, if there are too many bytes', async () => {
    const small = Array.from({ length: 8 }, () => ['many', 50] as const);
    const refused = await refusedOf({ maxBodies: 10, maxBytes: 1_000 }, [['one', 700], ...small]);
    expect(refused).toEqual(['one 0']);
  });
});
