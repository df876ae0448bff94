import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, onTestFinished, test } from 'vitest';
import { GeneratorFailed, WordFailed } from '../../src/ports/generator.ts';
import { type Reply, type Script, startProvider, writesDialogs } from './provider.ts';
import { KEY, type Setting, setting } from './setting.ts';

let here: Setting;
afterEach(() => here.provider.close());

const errorBody = (error: object) => ({ error });

/**
 * How the provider answers every call, how many calls are made for a word, and how many of them may have been paid for.
 */
const failures: [string, Reply, { calls: number; paid: number; cause: RegExp }][] = [
  [
    'a refused key',
    {
      status: 401,
      body: errorBody({ message: `Incorrect API key provided: ${KEY}`, code: 'invalid_api_key' }),
    },
    { calls: 1, paid: 0, cause: /401 \(invalid_api_key\)/u },
  ],
  [
    'a refused key, of which a part is repeated',
    { status: 401, body: errorBody({ message: `Your api key: ****${KEY.slice(-4)} is invalid`, code: KEY }) },
    { calls: 1, paid: 0, cause: /401/u },
  ],
  [
    'an empty account',
    { status: 402, body: errorBody({ message: 'Insufficient Balance', code: 'invalid_request_error' }) },
    { calls: 1, paid: 0, cause: /402/u },
  ],
  ['a forbidden model', { status: 403 }, { calls: 1, paid: 0, cause: /403/u }],
  [
    'an unknown model',
    { status: 404, body: errorBody({ message: 'model not found' }) },
    { calls: 1, paid: 0, cause: /404/u },
  ],
  [
    'a request that was never accepted',
    { status: 400, body: errorBody({ message: 'Model Not Exist' }) },
    { calls: 2, paid: 0, cause: /400/u },
  ],
  ['an unknown method', { status: 405, body: 'no' }, { calls: 1, paid: 0, cause: /405/u }],
  [
    'a used up quota',
    {
      status: 429,
      body: errorBody({ message: 'You exceeded your quota', type: 'insufficient_quota', code: null }),
    },
    { calls: 1, paid: 0, cause: /429 \(insufficient_quota\)/u },
  ],
  ['too many requests', { status: 429 }, { calls: 3, paid: 0, cause: /429/u }],
  [
    'too many requests for the next two minutes',
    { status: 429, headers: { 'retry-after': '120' } },
    { calls: 1, paid: 0, cause: /429/u },
  ],
  [
    'an internal error',
    { status: 500, body: '<html>Internal Server Error</html>' },
    { calls: 3, paid: 0, cause: /500/u },
  ],
  [
    'an overload',
    { status: 503, body: errorBody({ message: 'busy' }) },
    { calls: 3, paid: 0, cause: /503/u },
  ],
  [
    'a reset connection',
    { broken: 'reset' },
    { calls: 3, paid: 3, cause: /connection to the endpoint failed/u },
  ],
  [
    'a truncated body',
    { broken: 'truncated' },
    { calls: 3, paid: 3, cause: /connection to the endpoint failed/u },
  ],
  ['no answer', { broken: 'hang' }, { calls: 2, paid: 2, cause: /did not answer within 400 ms/u }],
  [
    'a web page',
    { status: 200, body: '<html>Hello</html>' },
    { calls: 3, paid: 3, cause: /not a chat completion/u },
  ],
  [
    'a choice of another protocol',
    { status: 200, body: { choices: [{ text: 'Hello', finish_reason: 'stop' }] } },
    { calls: 3, paid: 3, cause: /not a chat completion/u },
  ],
  [
    'no choices',
    { status: 200, body: { choices: [] } },
    { calls: 3, paid: 3, cause: /not a chat completion/u },
  ],
];

describe.each(failures)('%s', (_, reply, { calls, paid, cause }) => {
  const isHanging = 'broken' in reply && reply.broken === 'hang';
  const settingOf = () => setting(() => reply, isHanging ? { timeoutMs: 400 } : {});

  test(`fails the generator after ${calls} calls for a word`, async () => {
    here = await settingOf();
    const failure = here.write('Hund');
    await expect(failure).rejects.toBeInstanceOf(GeneratorFailed);
    await expect(failure).rejects.toThrow(cause);
    expect(here.provider.calls).toHaveLength(calls);
    expect(here.paid).toEqual(Array(paid).fill({ inputTokens: null, outputTokens: null }));
  });

  test('is logged once, and ends after a few calls for any number of words', async () => {
    here = await settingOf();
    const outcomes = await here.writeAll(Array.from({ length: 40 }, (_, i) => `Wort${i}`));
    expect(outcomes).toHaveLength(40);
    for (const outcome of outcomes) expect(outcome).toMatch(/^GeneratorFailed: /u);
    expect(here.provider.calls.length).toBeLessThanOrEqual(4 * calls);
    expect(here.log.filter((entry) => entry.level === 'error')).toHaveLength(1);
    expect(here.log.filter((entry) => entry.level !== 'error' && entry.level !== 'debug')).toEqual([]);
  });

  test('does not reveal any part of the key', async () => {
    here = await settingOf();
    await here.writeAll(['Hund', 'Haus']);
    for (let at = 0; at + 6 <= KEY.length; at += 1) {
      expect(here.visible()).not.toContain(KEY.slice(at, at + 6));
    }
    expect(here.visible()).not.toContain(`*${KEY.slice(-4)}`);
  });
});

describe('what a provider says about a failure', () => {
  const logged = async (body: unknown) => {
    here = await setting(() => ({ status: 500, body }));
    await here.writeAll(['Hund']);
    return here.log.find(({ level }) => level === 'error')?.fields;
  };

  test.each([
    [
      'in an object',
      { error: { message: 'all busy', type: 'server_error', code: 'overloaded' } },
      'overloaded',
    ],
    ['with a code of digits', { error: { message: 'all busy', code: 1305 } }, '1305'],
    [
      'with a type alone',
      { error: { message: 'all busy', type: 'server_error', code: null } },
      'server_error',
    ],
    [
      'without an object around it',
      { object: 'error', message: 'all busy', code: 'overloaded' },
      'overloaded',
    ],
    ['in a string', { error: 'all busy' }, null],
  ])('%s is logged', async (_, body, code) => {
    const cause = `the endpoint answered 500${code === null ? '' : ` (${code})`}`;
    expect(await logged(body)).toMatchObject({ cause, detail: 'all busy' });
  });

  test('is logged without anything that resembles the key, and is cut to 200 characters', async () => {
    const message = `Rate limit for ${KEY.slice(0, 9)}***, see (${KEY}) and docs`;
    expect(await logged({ message })).toMatchObject({ detail: 'Rate limit for [key] see [key] and docs' });
    await here.provider.close();
    expect(await logged({ message: 'x'.repeat(5_000) })).toMatchObject({ detail: 'x'.repeat(200) });
  });
});

test('a key that a header cannot hold is refused at the start without being shown', async () => {
  here = await setting(writesDialogs);
  await expect(setting(writesDialogs, { apiKey: `${KEY}\nключ` })).rejects.toThrow(
    /^the key of the endpoint has characters that no header may have$/u,
  );
});

test.each([301, 302, 303, 307, 308])(
  'a redirect with %i fails the generator after one call, and nothing is sent to the other host',
  async (status) => {
    const other = await startProvider(writesDialogs);
    onTestFinished(() => other.close());
    const location = `${other.baseUrl}/chat/completions`;
    here = await setting(() => ({ status, headers: { location } }));
    const failure = here.write('Hund');
    await expect(failure).rejects.toBeInstanceOf(GeneratorFailed);
    await expect(failure).rejects.toThrow(`${status}`);
    expect(here.provider.calls).toHaveLength(1);
    expect(other.calls).toEqual([]);
    expect(here.paid).toEqual([]);
    expect(here.log[0]?.fields).toMatchObject({ detail: expect.stringContaining('redirect') });
    await expect(here.write('Haus')).rejects.toBeInstanceOf(GeneratorFailed);
    expect(here.provider.calls).toHaveLength(1);
  },
);

test('a refused connection fails the generator without another try', async () => {
  here = await setting(writesDialogs, { baseUrl: await closedPort() });
  const failure = here.write('Hund');
  await expect(failure).rejects.toBeInstanceOf(GeneratorFailed);
  await expect(failure).rejects.toThrow('ECONNREFUSED');
  expect(here.clock.slept).toEqual([]);
  expect(here.paid).toEqual([]);
});

test('a host without an address fails the generator', async () => {
  here = await setting(writesDialogs, { baseUrl: 'http://nowhere.invalid/v1' });
  await expect(here.write('Hund')).rejects.toBeInstanceOf(GeneratorFailed);
  expect(here.paid).toEqual([]);
});

describe('a failure that passes', () => {
  test.each<[string, Reply, number]>([
    ['too many requests', { status: 429 }, 500],
    ['too many requests for a time', { status: 429, headers: { 'retry-after': '7' } }, 7_000],
    ['too many requests for milliseconds', { status: 429, headers: { 'retry-after-ms': '900' } }, 900],
    ['an overload', { status: 503, headers: { 'retry-after': '0' } }, 500],
    ['a reset connection', { broken: 'reset' }, 500],
    ['a truncated body', { broken: 'truncated' }, 500],
    ['a timeout', { broken: 'hang' }, 500],
  ])('(%s) is followed by a wait and a second call', async (_, reply, wait) => {
    const isHanging = 'broken' in reply && reply.broken === 'hang';
    const script: Script = (call) => (call.number === 1 ? reply : writesDialogs(call));
    here = await setting(script, isHanging ? { timeoutMs: 1_000 } : {});
    await here.write('Hund');
    expect(here.provider.calls).toHaveLength(2);
    expect(here.clock.slept).toEqual([wait]);
    expect(here.log.filter((entry) => entry.level !== 'debug')).toEqual([]);
  });

  test('with a date in Retry-After is followed by a wait until then', async () => {
    const headers = () => ({ 'retry-after': new Date(here.clock.now().getTime() + 9_000).toUTCString() });
    here = await setting((call) =>
      call.number === 1 ? { status: 429, headers: headers() } : writesDialogs(call),
    );
    await here.write('Hund');
    expect(here.clock.slept[0]).toBeGreaterThan(8_000);
    expect(here.clock.slept[0]).toBeLessThanOrEqual(9_000);
  });

  test('(one call that hangs) does not fail other calls', async () => {
    here = await setting((call) => (call.number === 2 ? { broken: 'hang' } : writesDialogs(call)), {
      timeoutMs: 1_000,
    });
    expect(await here.writeAll(['Hund', 'Haus', 'Hut', 'Hemd'])).toEqual([null, null, null, null]);
    expect(here.provider.calls).toHaveLength(5);
  });
});

test('if all calls that are under way hang, none of them is repeated', async () => {
  here = await setting(() => ({ broken: 'hang' }), { timeoutMs: 400 });
  here.clock.untilWoken = async () => {
    while (here.log.every(({ level }) => level !== 'error'))
      await new Promise((resolve) => setTimeout(resolve, 2));
  };
  await here.writeAll(['Hund', 'Haus', 'Hut', 'Hemd', 'Herz', 'Hose']);
  expect(here.provider.calls).toHaveLength(4);
});

test('a request that is refused after others were accepted fails the word alone', async () => {
  here = await setting((call) => (call.word === 'Hund' ? { status: 400 } : writesDialogs(call)));
  await here.write('Haus');
  await expect(here.write('Hund')).rejects.toBeInstanceOf(WordFailed);
  expect(here.provider.calls).toHaveLength(2);
});

async function closedPort(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return `http://127.0.0.1:${port}/v1`;
}
