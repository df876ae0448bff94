import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, onTestFinished, test } from 'vitest';
import { GeneratorFailed, WordFailed } from '../../src/ports/generator.ts';
import { type Reply, startProvider, writesDialogs } from './provider.ts';
import { KEY, type Setting, setting } from './setting.ts';

let here: Setting;
afterEach(() => here.provider.close());

const told = (error: object) => ({ error });

/** What the provider does to every call; how many calls it takes to give up; how many may have been paid for. */
const failures: [string, Reply, { calls: number; paid: number; cause: RegExp }][] = [
  [
    'a refused key',
    { status: 401, body: told({ message: `Incorrect API key provided: ${KEY}`, code: 'invalid_api_key' }) },
    { calls: 1, paid: 0, cause: /401 \(invalid_api_key\)/u },
  ],
  [
    'a refused key that is partly repeated',
    { status: 401, body: told({ message: `Your api key: ****${KEY.slice(-4)} is invalid`, code: KEY }) },
    { calls: 1, paid: 0, cause: /401/u },
  ],
  [
    'an empty account',
    { status: 402, body: told({ message: 'Insufficient Balance', code: 'invalid_request_error' }) },
    { calls: 1, paid: 0, cause: /402/u },
  ],
  ['a forbidden model', { status: 403 }, { calls: 1, paid: 0, cause: /403/u }],
  [
    'an unknown model',
    { status: 404, body: told({ message: 'model not found' }) },
    { calls: 1, paid: 0, cause: /404/u },
  ],
  [
    'a request that it has never accepted',
    { status: 400, body: told({ message: 'Model Not Exist' }) },
    { calls: 2, paid: 0, cause: /400/u },
  ],
  ['a method that it lacks', { status: 405, body: 'no' }, { calls: 1, paid: 0, cause: /405/u }],
  [
    'a used up quota',
    {
      status: 429,
      body: told({ message: 'You exceeded your quota', type: 'insufficient_quota', code: null }),
    },
    { calls: 1, paid: 0, cause: /429 \(insufficient_quota\)/u },
  ],
  ['too many requests', { status: 429 }, { calls: 3, paid: 0, cause: /429/u }],
  [
    'too many requests for minutes to come',
    { status: 429, headers: { 'retry-after': '120' } },
    { calls: 1, paid: 0, cause: /429/u },
  ],
  [
    'an error of its own',
    { status: 500, body: '<html>Internal Server Error</html>' },
    { calls: 3, paid: 0, cause: /500/u },
  ],
  ['an overload', { status: 503, body: told({ message: 'busy' }) }, { calls: 3, paid: 0, cause: /503/u }],
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
  ['silence', { broken: 'hang' }, { calls: 2, paid: 2, cause: /did not answer within 1000 ms/u }],
  [
    'a web page',
    { status: 200, body: '<html>Hello</html>' },
    { calls: 3, paid: 3, cause: /not a chat completion/u },
  ],
  [
    'no choices',
    { status: 200, body: { choices: [] } },
    { calls: 3, paid: 3, cause: /not a chat completion/u },
  ],
];

describe.each(failures)('%s', (_, reply, { calls, paid, cause }) => {
  // Only where nothing comes is it waited for.
  const settingOf = () => setting(() => reply, 'broken' in reply ? { timeoutMs: 1_000 } : {});

  test(`fails the generator after ${calls} of its calls`, async () => {
    here = await settingOf();
    const failure = here.write('Hund');
    await expect(failure).rejects.toBeInstanceOf(GeneratorFailed);
    await expect(failure).rejects.toThrow(cause);
    expect(here.provider.calls).toHaveLength(calls);
    expect(here.paid).toEqual(Array(paid).fill({ inputTokens: null, outputTokens: null }));
  });

  test('is logged once, whoever it befalls, and ends after a few calls for any number of words', async () => {
    here = await settingOf();
    const outcomes = await here.writeAll(Array.from({ length: 40 }, (_, i) => `Wort${i}`));
    expect(outcomes).toHaveLength(40);
    for (const outcome of outcomes) expect(outcome).toMatch(/^GeneratorFailed: /u);
    expect(here.provider.calls.length).toBeLessThanOrEqual(4 * calls);
    expect(here.log.filter((entry) => entry.level === 'error')).toHaveLength(1);
    expect(here.log.filter((entry) => entry.level !== 'error' && entry.level !== 'debug')).toEqual([]);
  });

  test('shows nothing of the key', async () => {
    here = await settingOf();
    await here.writeAll(['Hund', 'Haus']);
    for (let at = 0; at + 6 <= KEY.length; at += 1) {
      expect(here.visible()).not.toContain(KEY.slice(at, at + 6));
    }
    expect(here.visible()).not.toContain(`*${KEY.slice(-4)}`);
  });
});

describe('what a provider says of a failure', () => {
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

  test('is logged without what resembles the key, and not at any length', async () => {
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
  'a redirect with %i fails the generator at one call, and the other host is sent nothing',
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

describe('what passes', () => {
  test.each<[string, Reply, number]>([
    ['too many requests', { status: 429 }, 500],
    ['too many requests for a time', { status: 429, headers: { 'retry-after': '7' } }, 7_000],
    ['too many requests for milliseconds', { status: 429, headers: { 'retry-after-ms': '900' } }, 900],
    ['an overload', { status: 503, headers: { 'retry-after': '0' } }, 500],
    ['a reset connection', { broken: 'reset' }, 500],
    ['a truncated body', { broken: 'truncated' }, 500],
    ['a timeout', { broken: 'hang' }, 500],
  ])('%s: the call is made again after a wait', async (_, reply, wait) => {
    here = await setting((call) => (call.number === 1 ? reply : writesDialogs(call)), { timeoutMs: 2_000 });
    await here.write('Hund');
    expect(here.provider.calls).toHaveLength(2);
    expect(here.clock.slept).toEqual([wait]);
    expect(here.log.filter((entry) => entry.level !== 'debug')).toEqual([]);
  });

  test('a date to come back at is kept', async () => {
    const headers = () => ({ 'retry-after': new Date(Date.now() + 9_000).toUTCString() });
    here = await setting((call) =>
      call.number === 1 ? { status: 429, headers: headers() } : writesDialogs(call),
    );
    await here.write('Hund');
    expect(here.clock.slept[0]).toBeGreaterThan(7_000);
    expect(here.clock.slept[0]).toBeLessThanOrEqual(9_000);
  });

  test('one call that hangs does not fail the others', async () => {
    here = await setting((call) => (call.number === 2 ? { broken: 'hang' } : writesDialogs(call)), {
      timeoutMs: 2_000,
    });
    expect(await here.writeAll(['Hund', 'Haus', 'Hut', 'Hemd'])).toEqual([null, null, null, null]);
    expect(here.provider.calls).toHaveLength(5);
  });
});

test('when every call at once hangs, none of them is made again', async () => {
  here = await setting(() => ({ broken: 'hang' }), { timeoutMs: 1_000 });
  here.clock.untilWoken = async () => {
    while (here.log.every(({ level }) => level !== 'error'))
      await new Promise((resolve) => setTimeout(resolve, 2));
  };
  await here.writeAll(['Hund', 'Haus', 'Hut', 'Hemd', 'Herz', 'Hose']);
  expect(here.provider.calls).toHaveLength(4);
});

test('a request that is not accepted after others were fails the word alone', async () => {
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
