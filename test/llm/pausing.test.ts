import { afterEach, describe, expect, test } from 'vitest';
import { GeneratorFailed, WordFailed } from '../../src/ports/generator.ts';
import { until } from '../support/until.ts';
import { type Reply, writesDialogs } from './provider.ts';
import { type Setting, setting } from './setting.ts';

let here: Setting;
afterEach(() => here.provider.close());

test('a model that writes nothing usable fails the generator after twenty words', async () => {
  here = await setting(() => ({ content: 'Hello!' }));
  const words = Array.from({ length: 60 }, (_, i) => `Wort${i}`);
  const outcomes = await here.writeAll(words);
  expect(outcomes.filter((outcome) => outcome?.startsWith('WordFailed'))).toHaveLength(19);
  expect(outcomes.filter((outcome) => outcome?.startsWith('GeneratorFailed'))).toHaveLength(41);
  expect(here.provider.calls.length).toBeLessThanOrEqual(2 * (20 + 3));
});

test('one word that fails many times does not fail the generator', async () => {
  here = await setting((call) => (call.prompt.includes('Hund') ? { content: 'no' } : writesDialogs(call)));
  for (let i = 0; i < 30; i += 1) await expect(here.write('Hund')).rejects.toBeInstanceOf(WordFailed);
  await here.write('Haus');
});

test('nineteen words that fail between two that do not, again and again, do not fail the generator', async () => {
  here = await setting((call) => (call.prompt.includes('Hund') ? { content: 'no' } : writesDialogs(call)));
  for (const round of [1, 2]) {
    const failing = Array.from({ length: 19 }, (_, i) => `Hund${round}${i}`);
    expect(await here.writeAll(failing)).toEqual(failing.map(() => expect.stringMatching(/^WordFailed/)));
    await here.write(`Haus${round}`);
  }
});

describe('after a failure as a whole', () => {
  const revoked: Reply = { status: 401 };

  test('no call is made for a pause, then one at a time, and all after one has succeeded', async () => {
    here = await setting(() => revoked);
    await here.writeAll(['Hund']);
    expect(await here.writeAll(['Haus', 'Hut'])).toEqual([
      expect.stringMatching(/401; it is asked again in 5 s/u),
      expect.stringMatching(/401; it is asked again in 5 s/u),
    ]);
    expect(here.provider.calls).toHaveLength(1);

    here.clock.move(5_000);
    await here.writeAll(['Haus', 'Hut', 'Hemd']);
    expect(here.provider.calls).toHaveLength(2);

    here.clock.move(5_000);
    here.provider.follow(async (call) => {
      const isFirst = call.number === 3;
      // The first call waits whether others follow, and none should. The others wait until four are under way.
      await (isFirst ? pause(50) : until(() => here.provider.peak === 4));
      return isFirst && here.provider.open > 1 ? revoked : writesDialogs(call);
    });
    const writing = here.writeAll(['Haus', 'Hut', 'Hemd', 'Herz', 'Hose']);
    expect(await writing).toEqual([null, null, null, null, null]);
    expect(here.log.filter((entry) => entry.level === 'info')).toHaveLength(1);
  });

  test('a call under way is finished, and its success does not end the pause', async () => {
    here = await setting(async (call) => {
      await until(() => (call.word === 'Hund' ? here.provider.open === 3 : here.log.length > 0));
      return call.word === 'Hund' ? revoked : writesDialogs(call);
    });
    const outcomes = await here.writeAll(['Haus', 'Hund', 'Hut']);
    expect(outcomes.map((outcome) => outcome?.slice(0, 15) ?? null)).toEqual([null, 'GeneratorFailed', null]);
    await expect(here.write('Hemd')).rejects.toBeInstanceOf(GeneratorFailed);
    expect(here.provider.calls).toHaveLength(3);
  });

  test('the pause is as long as the provider asks', async () => {
    here = await setting(() => ({ status: 429, headers: { 'retry-after': '120' } }));
    await here.writeAll(['Hund']);
    here.clock.move(119_000);
    await expect(here.write('Hund')).rejects.toBeInstanceOf(GeneratorFailed);
    expect(here.provider.calls).toHaveLength(1);
    here.provider.follow(writesDialogs);
    here.clock.move(1_001);
    await here.write('Hund');
  });

  test.each([
    ['asks for two minutes', '120', 120],
    ['asks for ten seconds, which a single call would wait for', '10', 10],
  ])('a second failure that %s prolongs the pause', async (_, retryAfter, seconds) => {
    here = await setting(async (call) => {
      if (call.word === 'Hund') return revoked;
      await until(() => here.log.some(({ level }) => level === 'error'));
      return { status: 429, headers: { 'retry-after': retryAfter } };
    });
    await here.writeAll(['Hund', 'Haus']);
    const calls = here.provider.calls.length;
    here.provider.follow(writesDialogs);
    here.clock.move(seconds * 1000 - 1_000);
    await expect(here.write('Hut')).rejects.toThrow(/asked again in 1 s/u);
    expect(here.provider.calls).toHaveLength(calls);
    here.clock.move(1_000);
    await here.write('Hut');
    expect(here.log.filter(({ level }) => level === 'error')).toHaveLength(1);
  });

  test('a second failure that asks for less does not shorten the pause', async () => {
    here = await setting(async (call) => {
      if (call.word === 'Hund') return { status: 429, headers: { 'retry-after': '120' } };
      await until(() => here.log.some(({ level }) => level === 'error'));
      return { status: 401, headers: { 'retry-after': '30' } };
    });
    await here.writeAll(['Hund', 'Haus']);
    here.clock.move(110_000);
    await expect(here.write('Hut')).rejects.toBeInstanceOf(GeneratorFailed);
    expect(here.provider.calls).toHaveLength(2);
  });

  test('the pause is at most five minutes, even if the provider asks for a day', async () => {
    here = await setting(() => ({ status: 503, headers: { 'retry-after': '86400' } }));
    await here.writeAll(['Hund']);
    here.provider.follow(writesDialogs);
    here.clock.move(300_001);
    await here.write('Hund');
  });
});

describe('a limit of calls an hour', () => {
  test('fails the generator when it is reached, until an hour after the oldest call', async () => {
    here = await setting(writesDialogs, { maxCallsPerHour: 3 });
    expect(await here.writeAll(['Hund', 'Haus', 'Hut', 'Hemd', 'Herz'])).toEqual([
      null,
      null,
      null,
      expect.stringMatching(/^GeneratorFailed: .*limit of calls an hour/u),
      expect.stringMatching(/^GeneratorFailed: .*limit of calls an hour/u),
    ]);
    here.clock.move(3_590_000);
    await expect(here.write('Hemd')).rejects.toBeInstanceOf(GeneratorFailed);
    expect(here.provider.calls).toHaveLength(3);
    here.clock.move(20_000);
    await here.write('Hemd');
    await here.write('Herz');
    await here.write('Hose');
    await expect(here.write('Holz')).rejects.toBeInstanceOf(GeneratorFailed);
    expect(here.provider.calls).toHaveLength(6);
    expect(here.log.filter((entry) => entry.level === 'error')).toHaveLength(2);
  });

  test('counts paid calls, repairs included, and no refused calls', async () => {
    here = await setting((call) => (call.number === 1 ? { status: 500 } : { content: 'no' }), {
      maxCallsPerHour: 2,
    });
    await expect(here.write('Hund')).rejects.toBeInstanceOf(WordFailed);
    await expect(here.write('Haus')).rejects.toThrow('limit of calls an hour');
    expect(here.provider.calls).toHaveLength(3);
  });

  test('does not count calls that were not sent', async () => {
    // fetch opens no connection to port 1.
    here = await setting(writesDialogs, { maxCallsPerHour: 2, baseUrl: 'http://127.0.0.1:1/v1' });
    for (let tries = 0; tries < 4; tries += 1) {
      await expect(here.write('Hund')).rejects.toThrow('the port of LLM_BASE_URL is not allowed for HTTP');
      here.clock.move(6_000);
    }
    expect(here.paid).toEqual([]);
  });
});

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
