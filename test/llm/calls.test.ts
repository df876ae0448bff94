import { afterEach, describe, expect, test } from 'vitest';
import { WordFailed } from '../../src/ports/generator.ts';
import { dialogJson, type Reply, type Script, writesDialogs } from './provider.ts';
import { type Setting, setting } from './setting.ts';

let here: Setting;
afterEach(() => here.provider.close());

/** Gives each reply once, in order, and then usable dialogs. */
function replies(...list: Reply[]): Script {
  return (call) => list[call.number - 1] ?? writesDialogs(call);
}

describe('the usage', () => {
  test('is reported for every call, also if its answer is not used', async () => {
    here = await setting(
      replies({ content: 'no', usage: { prompt_tokens: 7, completion_tokens: 9 } }, { content: 'no' }),
    );
    await expect(here.write('Hund')).rejects.toBeInstanceOf(WordFailed);
    expect(here.paid).toEqual([
      { inputTokens: 7, outputTokens: 9 },
      { inputTokens: 100, outputTokens: 200 },
    ]);
  });

  test('is null if the provider does not report it', async () => {
    here = await setting((call) => ({ content: dialogJson(call.word), usage: null }));
    await here.write('Hund');
    expect(here.paid).toEqual([{ inputTokens: null, outputTokens: null }]);
  });

  test.each([-1, 1.5, 10_000_001, 1e300, '7'])('is null if the provider reports %j', async (tokens) => {
    here = await setting((call) => ({
      status: 200,
      body: {
        choices: [{ message: { content: dialogJson(call.word) } }],
        usage: { prompt_tokens: tokens, completion_tokens: 9 },
      },
    }));
    await here.write('Hund');
    expect(here.paid).toEqual([{ inputTokens: null, outputTokens: 9 }]);
  });

  test('is not reported for a call that the provider refused', async () => {
    here = await setting(replies({ status: 503 }));
    await here.write('Hund');
    expect(here.provider.calls).toHaveLength(2);
    expect(here.paid).toHaveLength(1);
  });
});

describe('an endpoint without a JSON mode', () => {
  const lacksJsonMode: Script = (call) =>
    call.body.response_format === undefined
      ? writesDialogs(call)
      : { status: 400, body: { error: { message: "'response_format.type' must be 'text'" } } };

  test('is called again without it, and never again with it', async () => {
    here = await setting(lacksJsonMode);
    for (const word of ['Hund', 'Haus', 'Hut']) await here.write(word);
    expect(here.provider.calls.map((call) => call.body.response_format)).toEqual([
      { type: 'json_object' },
      undefined,
      undefined,
      undefined,
    ]);
    expect(here.paid).toHaveLength(3);
  });

  test('is discovered by each call that is under way', async () => {
    here = await setting((call) => ({ ...lacksJsonMode(call), afterMs: 20 }));
    expect(await here.writeAll(['Hund', 'Haus', 'Hut', 'Hemd', 'Herz'])).toEqual([
      null,
      null,
      null,
      null,
      null,
    ]);
    expect(here.provider.calls).toHaveLength(9);
  });
});

test('a word with a hidden character, as other writers may have stored, fails without a call', async () => {
  here = await setting(writesDialogs);
  const words = Array.from({ length: 25 }, (_, i) => `Hund${i}\u202e`);
  for (const outcome of await here.writeAll(words)) {
    expect(outcome).toBe(
      'WordFailed: The word has the invisible character U+202E; remove it and add it without.',
    );
  }
  expect(here.provider.calls).toHaveLength(0);
  await here.write('Haus');
});
