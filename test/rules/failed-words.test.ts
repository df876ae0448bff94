import { describe, expect, test } from 'vitest';
import { graphql } from '../generated/index.ts';
import { createCourse } from '../support/course.ts';
import { movableClock } from '../support/movable-clock.ts';
import { scriptedGenerator } from '../support/scripted-generator.ts';
import { USUAL_STORES } from '../support/stores.ts';
import { openTestApp, type TestApp } from '../support/test-app.ts';

const Claim = graphql(`
  mutation ClaimBesideFailed { claimDialogs(profileId: "course") { word { text } } }
`);

const Wait = graphql(`
  mutation ClaimAndWaitBesideFailed { claimDialogs(profileId: "course", whenEmpty: WAIT) { word { text } } }
`);

const Update = graphql(`
  mutation UpdateForFailed($input: UpdateProfileInput!) { updateProfile(id: "course", input: $input) { id } }
`);

const Remove = graphql(`
  mutation RemoveFailed($id: ID!) { removeWords(profileId: "course", wordIds: [$id]) }
`);

const Add = graphql(`
  mutation AddAfterFailed($text: String!) {
    addWords(profileId: "course", words: [{ text: $text, state: TEACHING }]) { added { id } }
  }
`);

const Ensure = graphql(`
  mutation EnsureBesideFailed { ensureDialogs(profileId: "course") { skipped { word { text } reason } } }
`);

const State = graphql(`
  query StateBesideFailed {
    profile(id: "course") { pool { unusedTotal } topUps(first: 20) { edges { node { id } } } }
  }
`);

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

const isBad = (text: string) => text.startsWith('bad');

/** A generator that writes no dialogs for words that begin with "bad", and how often it was asked for one of them. */
function generatorWithBadWords() {
  const generator = scriptedGenerator(({ word }) => (isBad(word.text) ? 'fail-word' : 'write'));
  return { generator, triesOfBad: () => generator.asked.filter(({ word }) => isBad(word.text)).length };
}

async function addWord(app: TestApp, text: string): Promise<string> {
  const [word] = (await app.ask(Add, { text })).addWords.added;
  if (!word) throw new Error('the word was not added');
  return word.id;
}

/** Claims until there is a dialog. */
async function claimedText(app: TestApp): Promise<string | undefined> {
  for (;;) {
    const [dialog] = (await app.ask(Claim, {})).claimDialogs;
    if (dialog) return dialog.word?.text;
    await pause(5);
  }
}

async function untilUnused(app: TestApp, count: number): Promise<void> {
  while ((await app.ask(State, {})).profile?.pool.unusedTotal !== count) await pause(5);
}

describe.each(USUAL_STORES)(
  'automatic top-ups of a pool with a word that gets no dialog on $name',
  ({ open }) => {
    test.each(['claims', 'maintenance'])('try another word that replaces it at once, by %s', async (who) => {
      const { generator, triesOfBad } = generatorWithBadWords();
      const maintenanceMs = who === 'maintenance' ? 20 : 0;
      const app = await openTestApp({ store: await open(), generator, maintenanceMs });
      await createCourse(app.store, { minDialogs: 3 });
      await app.ask(Update, { input: { autoTopUp: true } });
      const bad = await addWord(app, 'bad');
      while (triesOfBad() === 0) {
        if (who === 'claims') await app.ask(Claim, {});
        await pause(5);
      }
      for (let i = 0; i < 5; i += 1) await app.ask(Claim, {});
      await app.ask(Remove, { id: bad });
      await addWord(app, 'gut');
      if (who === 'maintenance') await untilUnused(app, 1);
      expect(await claimedText(app)).toBe('gut');
      expect(triesOfBad()).toBe(1);
    });

    test('try another word that another process has put in its place within a minute', async () => {
      const { generator, triesOfBad } = generatorWithBadWords();
      const store = await open();
      const clock = movableClock();
      const app = await openTestApp({ store, generator, clock });
      const other = await openTestApp({ store });
      await createCourse(store, { minDialogs: 3 });
      await app.ask(Update, { input: { autoTopUp: true } });
      const bad = await addWord(app, 'bad');
      for (let i = 0; i < 20; i += 1) {
        while ((await app.ask(Claim, {})).claimDialogs.length > 0 || triesOfBad() === 0) await pause(5);
        clock.move(5_000);
      }
      await other.ask(Remove, { id: bad });
      await addWord(other, 'gut');
      clock.move(40_000);
      expect(await claimedText(app)).toBe('gut');
      expect(triesOfBad()).toBe(1);
    });
  },
);

test.each([{ level: 'B1' as const }, { targetLanguage: 'fr' }])(
  'a word that got no dialog is tried again at once after %o, also by another process',
  async (input) => {
    const { generator, triesOfBad } = generatorWithBadWords();
    const app = await openTestApp({ generator, maintenanceMs: 20 });
    const other = await openTestApp({ store: app.store });
    await createCourse(app.store, { minDialogs: 3 });
    await app.ask(Update, { input: { autoTopUp: true } });
    await addWord(app, 'bad');
    while (triesOfBad() < 1) await pause(5);
    await other.ask(Update, { input });
    while (triesOfBad() < 2) await pause(5);
    await app.ask(Update, { input: { level: 'C2' } });
    while (triesOfBad() < 3) await pause(5);
    await app.pool.finish(1_000);
  },
);

test('a word that gets no dialog is not paid for again after each claim, but after a pause, and when somebody asks', async () => {
  const { generator, triesOfBad } = generatorWithBadWords();
  const clock = movableClock();
  const app = await openTestApp({ generator, clock });
  await createCourse(app.store, { teaching: 3, minDialogs: 4 });
  await addWord(app, 'bad');
  await app.ask(Update, { input: { autoTopUp: true } });
  await app.ask(Claim, {});
  await untilUnused(app, 3);
  for (let i = 0; i < 5; i += 1) {
    expect(await claimedText(app)).toContain('teaching');
    await untilUnused(app, 3);
  }
  expect(triesOfBad()).toBe(1);
  clock.move(5 * 60_000);
  await claimedText(app);
  while (triesOfBad() < 2) await pause(5);
  await untilUnused(app, 3);
  const { skipped } = (await app.ask(Ensure, {})).ensureDialogs;
  expect(skipped).toContainEqual({ word: { text: 'bad' }, reason: 'GENERATION_FAILED' });
  expect(triesOfBad()).toBe(3);
});

test('a word that gets no dialog is paid for after longer and longer pauses by claims that wait again and again', async () => {
  const { generator, triesOfBad } = generatorWithBadWords();
  const clock = movableClock();
  const app = await openTestApp({ generator, clock });
  await createCourse(app.store, { minDialogs: 4 });
  await addWord(app, 'bad');
  const claimOften = async () => {
    for (let i = 0; i < 5; i += 1) expect((await app.ask(Wait, {})).claimDialogs).toEqual([]);
    return triesOfBad();
  };
  expect(await claimOften()).toBe(1);
  clock.move(10_000);
  expect(await claimOften()).toBe(2);
  clock.move(10_000);
  expect(await claimOften()).toBe(2);
  clock.move(10_000);
  expect(await claimOften()).toBe(3);
  let tries = 3;
  for (let hour = 0; hour < 2; hour += 1) {
    tries = triesOfBad();
    for (let minute = 0; minute < 60; minute += 1) {
      clock.move(60_000);
      await app.ask(Wait, {});
    }
  }
  expect(triesOfBad() - tries).toBe(6);
  await app.ask(Ensure, {});
  expect(triesOfBad() - tries).toBe(7);
  await addWord(app, 'gut');
  expect((await app.ask(Wait, {})).claimDialogs).toEqual([{ word: { text: 'gut' } }]);
});

test('an automatic top-up without a word to try leaves no record, and a line for debugging only', async () => {
  const { generator, triesOfBad } = generatorWithBadWords();
  const clock = movableClock();
  const app = await openTestApp({ generator, clock });
  await createCourse(app.store, { minDialogs: 4 });
  await addWord(app, 'bad');
  await app.ask(Update, { input: { autoTopUp: true } });
  const ended = () => app.log.lines.filter((line) => line.includes('a top-up created no dialog'));
  for (let i = 1; i <= 3; i += 1) {
    while (ended().length < i) {
      await app.ask(Claim, {});
      await pause(5);
    }
    clock.move(40_000);
  }
  expect((await app.ask(State, {})).profile?.topUps.edges).toHaveLength(1);
  expect(triesOfBad()).toBe(1);
  expect(ended().map((line) => line.split(' ')[0])).toEqual(['info', 'debug', 'debug']);
});
