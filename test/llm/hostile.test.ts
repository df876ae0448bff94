import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from 'vitest';
import { GeneratorFailed, WordFailed } from '../../src/ports/generator.ts';
import { gzipBomb } from '../support/gzip-bomb.ts';
import { memoryPeak } from '../support/memory-peak.ts';
import { dialogJson, type Reply, writesDialogs } from './provider.ts';
import { type Setting, setting } from './setting.ts';

let here: Setting;
afterEach(() => here.provider.close());

const MEGABYTE = 1024 * 1024;
const unknown = { inputTokens: null, outputTokens: null };

/** A chat completion whose text ends with spaces, so that it has this many bytes. */
function padded(bytes: number): string {
  const body = (content: string) =>
    JSON.stringify({ choices: [{ message: { content }, finish_reason: 'stop' }] });
  const good = dialogJson('Hund');
  return body(good + ' '.repeat(bytes - Buffer.byteLength(body(good))));
}

const bomb = gzipBomb(' ');
const gzip = { 'content-encoding': 'gzip' };

describe('an answer that is too large', () => {
  test.each<[string, Reply]>([
    ['that never ends', { status: 200, endless: ' ' }],
    ['of 256 KB and a byte', { status: 200, body: padded(256 * 1024 + 1) }],
    ['of 200 MB, compressed', { status: 200, body: bomb, headers: gzip }],
    [
      'of 200 MB, compressed twice',
      { status: 200, body: gzipSync(bomb), headers: { 'content-encoding': 'gzip, gzip' } },
    ],
  ])('%s fails its word alone after one paid call', async (_, reply) => {
    here = await setting((call) => (call.word === 'Hund' ? reply : writesDialogs(call)));
    const failure = here.write('Hund');
    await expect(failure).rejects.toBeInstanceOf(WordFailed);
    await expect(failure).rejects.toThrow('too long');
    expect(here.paid).toEqual([unknown]);
    await here.write('Haus');
    expect(here.provider.calls).toHaveLength(2);
    expect(here.provider.endlessBytes).toBeLessThan(16 * MEGABYTE);
  });

  test('is not unpacked in memory', async () => {
    here = await setting(() => ({ status: 200, body: bomb, headers: gzip }));
    const growth = await memoryPeak(() => expect(here.write('Hund')).rejects.toBeInstanceOf(WordFailed));
    expect(growth).toBeLessThan(64 * MEGABYTE);
  });

  test('does not leave its connection open', async () => {
    here = await setting(() => ({ status: 200, endless: ' ' }));
    await expect(here.write('Hund')).rejects.toBeInstanceOf(WordFailed);
    while (here.provider.open > 0) await new Promise((resolve) => setTimeout(resolve, 2));
  });

  test('for twenty words in a row fails the generator, as other unusable answers do', async () => {
    here = await setting(() => ({ status: 200, body: padded(300_000) }));
    const outcomes = await here.writeAll(Array.from({ length: 30 }, (_, i) => `Wort${i}`));
    expect(outcomes.filter((outcome) => outcome?.startsWith('WordFailed'))).toHaveLength(19);
    expect(outcomes.filter((outcome) => outcome?.startsWith('GeneratorFailed'))).toHaveLength(11);
  });

  test('has more than 256 KB; one of 256 KB is read', async () => {
    here = await setting(() => ({ status: 200, body: padded(256 * 1024) }));
    expect((await here.write('Hund')).turns).toHaveLength(4);
  });
});

test('a long answer that cannot be used is shown to the model again only in part', async () => {
  here = await setting((call) =>
    call.number === 1 ? { content: 'x'.repeat(200_000) } : writesDialogs(call),
  );
  await here.write('Hund');
  const [, , quoted] = here.provider.calls[1]?.body.messages ?? [];
  expect(quoted).toEqual({ role: 'assistant', content: 'x'.repeat(8_000) });
});

test.each<[string, Reply]>([
  ['never ends', { status: 500, endless: 'x' }],
  ['is 200 MB, compressed', { status: 500, body: bomb, headers: gzip }],
  ['never ends and is JSON', { status: 500, endless: '{"error":' }],
  ['is not compressed as its header says', { status: 500, body: 'no', headers: gzip }],
])('a failure whose body %s is reported by its status', async (_, reply) => {
  here = await setting(() => reply);
  const failure = here.write('Hund');
  await expect(failure).rejects.toBeInstanceOf(GeneratorFailed);
  await expect(failure).rejects.toThrow('the endpoint answered 500');
  expect(here.provider.calls).toHaveLength(3);
  expect(here.provider.endlessBytes).toBeLessThan(16 * MEGABYTE);
  expect(here.log.at(-1)?.fields).toMatchObject({ detail: null });
});

describe('an answer that is made to be slow to read', () => {
  const fill = (unit: string, bytes = 120_000) =>
    unit.repeat(Math.floor(bytes / JSON.stringify(unit).length));
  const good = dialogJson('Hund');
  // A reader that starts again at each brace would take from five seconds to minutes for each of them.
  test.each([
    ['opening braces', fill('{')],
    ['nested objects', fill('{"a":')],
    ['nested objects in lists', fill('[{"a":[')],
    ['objects that are nested and closed', `${fill('{"a":', 200_000)}1${fill('}', 200_000 / 7)}`],
    ['a string of escaped quotes that is not closed', `{"turns":"${fill('\\"')}`],
    ['strings that are not closed', fill('{"turns":"')],
    ['strings of braces', fill('{"{')],
    ['escaped quotes between braces', fill('{"\\"{')],
    ['empty objects', fill('{}')],
    ['objects with turns', fill('{"turns":1}')],
    ['nested turns', fill('{"turns":[')],
    ['nested turns that are closed', `${fill('{"turns":[', 190_000)}${fill(']}', 190_000 / 6)}`],
    ['spaces after braces', fill(`{${' '.repeat(500)}`)],
    ['long numbers', fill(`{"turns":${'1'.repeat(1_000)}`)],
    ['many keys, then a fault', `{${fill('"a":{},')}`],
  ])(
    '(%s) is read in time that is linear in its length',
    async (_, hostile) => {
      for (const content of [hostile, hostile + good, good + hostile]) {
        here = await setting(() => ({ content }));
        await here.write('Hund').catch((error: unknown) => expect(error).toBeInstanceOf(WordFailed));
        expect(here.provider.calls.length).toBeLessThanOrEqual(2);
        await here.provider.close();
      }
    },
    5_000,
  );
});
