import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { GeneratorFailed, WordFailed } from '../../src/pool/ports/generator.ts';
import { dialogJson, type Reply, writesDialogs } from './provider.ts';
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
  ['a reset connection', { broken: 'reset' }, { calls: 3, paid: 3, cause: /connection failed/u }],
  ['a truncated body', { broken: 'truncated' }, { calls: 3, paid: 3, cause: /connection failed/u }],
  ['silence', { broken: 'hang' }, { calls: 2, paid: 2, cause: /no answer within 150 ms/u }],
  [
    'a web page',
    { status: 200, body: '<html>Hello</html>' },
    { calls: 3, paid: 3, cause: /no chat completion/u },
  ],
  ['no choices', { status: 200, body: { choices: [] } }, { calls: 3, paid: 3, cause: /no chat completion/u }],
];

describe.each(failures)('%s', (_, reply, { calls, paid, cause }) => {
  const settingOf = () => setting(() => reply, { timeoutMs: 150 });

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

test('what a provider says of a failure is logged without what resembles the key', async () => {
  const message = `Rate limit for ${KEY.slice(0, 9)}***, see (${KEY}) and docs`;
  here = await setting(() => ({ status: 500, body: { message, code: 'overloaded' } }));
  await here.writeAll(['Hund']);
  const [entry] = here.log.filter(({ level }) => level === 'error');
  expect(entry?.fields).toMatchObject({
    cause: 'the endpoint answered 500 (overloaded)',
    detail: 'Rate limit for [key] see [key] and docs',
  });
});

test('a key that no header can hold fails the generator without being shown', async () => {
  here = await setting(writesDialogs, { apiKey: `${KEY}\nключ` });
  await expect(here.write('Hund')).rejects.toBeInstanceOf(GeneratorFailed);
  expect(here.provider.calls).toHaveLength(0);
  expect(here.visible()).not.toContain(KEY);
});

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
    ['a timeout', { broken: 'hang' }, 0],
  ])('%s: the call is made again after a wait', async (_, reply, wait) => {
    here = await setting((call) => (call.number === 1 ? reply : writesDialogs(call)), { timeoutMs: 150 });
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
      timeoutMs: 150,
    });
    expect(await here.writeAll(['Hund', 'Haus', 'Hut', 'Hemd'])).toEqual([null, null, null, null]);
    expect(here.provider.calls).toHaveLength(5);
  });
});

test('when every call at once hangs, none of them is made again', async () => {
  here = await setting(() => ({ broken: 'hang' }), { timeoutMs: 150 });
  await here.writeAll(['Hund', 'Haus', 'Hut', 'Hemd', 'Herz', 'Hose']);
  expect(here.provider.calls.length).toBeLessThanOrEqual(7);
});

test('a request that is not accepted after others were fails the word alone', async () => {
  here = await setting((call) => (call.word === 'Hund' ? { status: 400 } : writesDialogs(call)));
  await here.write('Haus');
  await expect(here.write('Hund')).rejects.toBeInstanceOf(WordFailed);
  expect(here.provider.calls).toHaveLength(2);
});

test('a model that writes nothing usable is given up after twenty words', async () => {
  here = await setting(() => ({ content: 'Hello!' }));
  const words = Array.from({ length: 60 }, (_, i) => `Wort${i}`);
  const outcomes = await here.writeAll(words);
  expect(outcomes.filter((outcome) => outcome?.startsWith('WordFailed'))).toHaveLength(19);
  expect(outcomes.filter((outcome) => outcome?.startsWith('GeneratorFailed'))).toHaveLength(41);
  expect(here.provider.calls.length).toBeLessThanOrEqual(2 * (20 + 3));
});

test('words that fail again and again do not fail the generator', async () => {
  here = await setting((call) => (call.prompt.includes('Hund') ? { content: 'no' } : writesDialogs(call)));
  for (let i = 0; i < 30; i += 1) await expect(here.write('Hund')).rejects.toBeInstanceOf(WordFailed);
  await here.write('Haus');
});

describe('after a failure as a whole', () => {
  const revoked: Reply = { status: 401 };

  test('nobody calls for a pause, then one does, and all when it works again', async () => {
    here = await setting(() => revoked);
    await here.writeAll(['Hund']);
    expect(await here.writeAll(['Haus', 'Hut'])).toEqual([
      expect.stringMatching(/401; it is asked again in 5 s/u),
      expect.stringMatching(/401; it is asked again in 5 s/u),
    ]);
    expect(here.provider.calls).toHaveLength(1);

    here.clock.pass(5_000);
    await here.writeAll(['Haus', 'Hut', 'Hemd']);
    expect(here.provider.calls).toHaveLength(2);

    here.clock.pass(5_000);
    here.provider.follow(async (call) => {
      const isFirst = call.number === 3;
      // The first one waits for others, in vain; the others wait until they are four.
      await (isFirst ? pause(50) : until(() => here.provider.peak === 4));
      return isFirst && here.provider.open > 1 ? revoked : writesDialogs(call);
    });
    const writing = here.writeAll(['Haus', 'Hut', 'Hemd', 'Herz', 'Hose']);
    expect(await writing).toEqual([null, null, null, null, null]);
    expect(here.log.filter((entry) => entry.level === 'info')).toHaveLength(1);
  });

  test('what is under way is finished and does not end the pause', async () => {
    here = await setting((call) =>
      call.word === 'Hund' ? { ...revoked, afterMs: 20 } : { content: dialogJson(call.word), afterMs: 150 },
    );
    const outcomes = await here.writeAll(['Haus', 'Hund', 'Hut']);
    expect(outcomes.map((outcome) => outcome?.slice(0, 15) ?? null)).toEqual([null, 'GeneratorFailed', null]);
    await expect(here.write('Hemd')).rejects.toBeInstanceOf(GeneratorFailed);
    expect(here.provider.calls).toHaveLength(3);
  });

  test('a provider that asks for a longer pause gets it', async () => {
    here = await setting(() => ({ status: 429, headers: { 'retry-after': '120' } }));
    await here.writeAll(['Hund']);
    here.clock.pass(119_000);
    await expect(here.write('Hund')).rejects.toBeInstanceOf(GeneratorFailed);
    expect(here.provider.calls).toHaveLength(1);
    here.provider.follow(writesDialogs);
    here.clock.pass(1_001);
    await here.write('Hund');
  });

  test('a day of pause is not believed', async () => {
    here = await setting(() => ({ status: 503, headers: { 'retry-after': '86400' } }));
    await here.writeAll(['Hund']);
    here.provider.follow(writesDialogs);
    here.clock.pass(300_001);
    await here.write('Hund');
  });
});

describe('a limit of calls an hour', () => {
  test('fails the generator when it is reached, and is free again an hour after the oldest call', async () => {
    here = await setting(writesDialogs, { maxCallsPerHour: 3 });
    expect(await here.writeAll(['Hund', 'Haus', 'Hut', 'Hemd', 'Herz'])).toEqual([
      null,
      null,
      null,
      expect.stringMatching(/^GeneratorFailed: .*limit of calls an hour/u),
      expect.stringMatching(/^GeneratorFailed: .*limit of calls an hour/u),
    ]);
    here.clock.pass(3_590_000);
    await expect(here.write('Hemd')).rejects.toBeInstanceOf(GeneratorFailed);
    expect(here.provider.calls).toHaveLength(3);
    here.clock.pass(20_000);
    await here.write('Hemd');
    await here.write('Herz');
    await here.write('Hose');
    await expect(here.write('Holz')).rejects.toBeInstanceOf(GeneratorFailed);
    expect(here.provider.calls).toHaveLength(6);
    expect(here.log.filter((entry) => entry.level === 'error')).toHaveLength(2);
  });

  test('counts what fails and what is mended', async () => {
    here = await setting((call) => (call.number === 1 ? { status: 500 } : { content: 'no' }), {
      maxCallsPerHour: 2,
    });
    await expect(here.write('Hund')).rejects.toBeInstanceOf(GeneratorFailed);
    expect(here.provider.calls).toHaveLength(2);
  });
});

async function closedPort(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return `http://127.0.0.1:${port}/v1`;
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await pause(2);
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
