import { expect, test } from 'vitest';
import { HastyClock } from '../support/hasty-clock.ts';
import { until } from '../support/until.ts';
import { addCourse, appWith, Ensure, providerFor, thirtyWords } from './course-server.ts';
import { type Provider, type ProviderCall, type Reply, writesDialogs } from './provider.ts';

const isBad = ({ word }: ProviderCall) => word.startsWith('Gift');

/** How many calls were made for words that are not bad. */
const goodCalls = ({ calls }: Provider) => calls.filter((call) => !isBad(call)).length;

test.each<[string, Reply, number]>([
  ['500', { status: 500 }, 3],
  ['a reset connection', { broken: 'reset' }, 3],
  ['no choices', { status: 200, body: { choices: [] } }, 3],
  ['nothing', { broken: 'hang' }, 2],
])(
  'a word that is answered with %s is skipped, if other words get dialogs meanwhile',
  async (_, reply, calls) => {
    const provider: Provider = await providerFor(async (call) => {
      if (!isBad(call)) return writesDialogs(call);
      // A word is sent for when the one before it has its dialog.
      await until(() => goodCalls(provider) > 4);
      return reply;
    });
    const app = await appWith(provider, { timeoutMs: 'broken' in reply ? 1_000 : 20_000 });
    await addCourse(app, thirtyWords, ['Gift']);
    const { ensureDialogs } = await app.ask(Ensure, {});
    expect(ensureDialogs).toMatchObject({ unusedTotal: 12, outcome: 'SATISFIED' });
    expect(ensureDialogs.skipped).toEqual([
      {
        reason: 'GENERATION_FAILED',
        message: 'The provider fails for this word, while it answers for others.',
        word: { text: 'Gift' },
      },
    ]);
    expect(provider.calls).toHaveLength(12 + calls);
  },
);

test('a provider that asks for a pause gets it, although it answers for other words', async () => {
  const provider: Provider = await providerFor(async (call) => {
    if (!isBad(call)) return writesDialogs(call);
    await until(() => goodCalls(provider) > 4);
    return { status: 503, headers: { 'retry-after': '1' } };
  });
  const app = await appWith(provider);
  await addCourse(app, thirtyWords, ['Gift']);
  const { ensureDialogs } = await app.ask(Ensure, {});
  expect(ensureDialogs).toMatchObject({ outcome: 'GENERATOR_UNAVAILABLE', skipped: [] });
});

test('words that always fail, one at a time before all others, do not keep a pool short for good', async () => {
  const provider = await providerFor((call) => (isBad(call) ? { status: 500 } : writesDialogs(call)));
  const clock = new HastyClock();
  const app = await appWith(provider, { concurrency: 1, clock });
  await addCourse(app, thirtyWords, ['Gift', 'Giftpilz', 'Giftzahn', 'Giftgas', 'Giftmüll']);
  const outcomes: string[] = [];
  for (let asked = 1; asked <= 7; asked += 1) {
    const { ensureDialogs } = await app.ask(Ensure, {});
    outcomes.push(`${ensureDialogs.outcome} ${ensureDialogs.unusedTotal}`);
    clock.move(5_000);
  }
  const failed = 'GENERATOR_UNAVAILABLE 0';
  expect(outcomes).toEqual([failed, failed, failed, failed, failed, 'SATISFIED 12', 'SATISFIED 12']);
});

test.each([1, 2, 3, 5])(
  'during an outage, a pool with %i words gets one call after each pause, and all its dialogs after the outage',
  async (words) => {
    const provider = await providerFor(() => ({ status: 500 }));
    const clock = new HastyClock();
    const app = await appWith(provider, { concurrency: 1, clock });
    await addCourse(app, thirtyWords.slice(0, words));
    for (let asked = 1; asked <= 12; asked += 1) {
      const before = provider.calls.length;
      const { ensureDialogs } = await app.ask(Ensure, {});
      expect(ensureDialogs).toMatchObject({ unusedTotal: 0, outcome: 'GENERATOR_UNAVAILABLE', skipped: [] });
      if (asked > 1) expect(provider.calls.length - before).toBe(1);
      clock.move(5_000);
    }
    provider.follow(writesDialogs);
    expect((await app.ask(Ensure, {})).ensureDialogs.unusedTotal).toBe(words);
  },
);

test('a word that began an outage is skipped alone once, and begins one again if nothing was written since', async () => {
  const provider = await providerFor(() => ({ status: 500 }));
  const clock = new HastyClock();
  const app = await appWith(provider, { concurrency: 1, clock });
  await addCourse(app, ['Hund'], ['Gift']);
  const ask = async () => (await app.ask(Ensure, {})).ensureDialogs;
  expect(await ask()).toMatchObject({ outcome: 'GENERATOR_UNAVAILABLE' });
  clock.move(5_000);
  provider.follow((call) => (isBad(call) ? { status: 500 } : writesDialogs(call)));
  expect(await ask()).toMatchObject({
    outcome: 'WORDS_EXHAUSTED',
    unusedTotal: 1,
    skipped: [{ word: { text: 'Gift' }, message: 'The provider fails for this word again and again.' }],
  });
  expect(await ask()).toMatchObject({ outcome: 'GENERATOR_UNAVAILABLE', unusedTotal: 1 });
});

test('an outage that comes back after one dialog is found out by a few calls, although all words began the first one', async () => {
  const provider = await providerFor(() => ({ status: 500 }));
  const clock = new HastyClock();
  const app = await appWith(provider, { concurrency: 1, clock });
  await addCourse(app, thirtyWords.slice(0, 12));
  for (let asked = 0; asked < 20; asked += 1) {
    await app.ask(Ensure, {});
    clock.move(5_000);
  }
  const before = provider.calls.length;
  provider.follow((call) => (provider.calls.length === before + 1 ? writesDialogs(call) : { status: 500 }));
  const { ensureDialogs } = await app.ask(Ensure, {});
  expect(ensureDialogs).toMatchObject({ outcome: 'GENERATOR_UNAVAILABLE', unusedTotal: 1 });
  // One for the dialog, and three for each of four words.
  expect(provider.calls.length - before).toBe(13);
});
