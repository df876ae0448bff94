import { describe, expect, test } from 'vitest';
import type { Store } from '../../src/ports/store.ts';
import { idsOf, present } from '../contract/samples.ts';
import { graphql } from '../generated/index.ts';
import { checkLearned } from '../support/check-learned.ts';
import { frozenClock } from '../support/clocks.ts';
import { createCourse } from '../support/course.ts';
import { newGate } from '../support/gate.ts';
import { movableClock } from '../support/movable-clock.ts';
import { openLearner, Practised, ReportPractice, reviewOf, usedDialogs } from '../support/practice.ts';
import { replacing } from '../support/scheduled-store.ts';
import { USUAL_STORES } from '../support/stores.ts';
import { openTestApp, tempSqliteStore } from '../support/test-app.ts';
import { traced, untilQuiet } from '../support/traced-store.ts';

const RollBack = graphql(`
  mutation RollBackLearning($version: Int!) {
    rollBackLearning(profileId: "course", version: $version) { ...LearningOfProfile }
  }
`);

const GoBack = graphql(`
  mutation GoBack { rollBackLearning(profileId: "course", version: 0) { version } }
`);

const ReplaceWord = graphql(`
  mutation ReplaceWord($ids: [ID!]!, $words: [WordInput!]!) {
    removeWords(profileId: "course", wordIds: $ids)
    addWords(profileId: "course", words: $words) { added { id } }
  }
`);

/** How many words the learner has. */
const WORDS = 8;

/** A learner who has practised the given number of times, two words a day, and can do so the given number of times more. */
async function practisedLearner(openStore: () => Promise<Store>, times: number, more = 0) {
  const learner = await openLearner({ store: await openStore(), teaching: WORDS });
  const dialogs = (await usedDialogs(learner.store, 'course', Math.ceil((times + more) / WORDS))).values();
  const practise = async (count: number) => {
    for (let done = 0; done < count; done += 2) {
      for (const index of [0, 1]) {
        const { id: dialogId, wordId } = present(dialogs.next().value);
        const results = [
          { wordId, grade: (done + index) % 5 === 0 ? ('AGAIN' as const) : ('GOOD' as const) },
        ];
        await learner.ask(ReportPractice, { profileId: 'course', dialogId, results, rating: 3 });
      }
      // A lease does not outlive a day.
      await learner.learning.finish();
      learner.sleepDays(1);
    }
  };
  await practise(times);
  const learned = async () => present((await learner.store.learnings(['course']))[0]);
  const shown = async () => present((await learner.ask(Practised, { id: 'course' })).profile).learning;
  return { ...learner, practise, learned, shown };
}

describe.each(USUAL_STORES)('the fiftieth review on $name', ({ open }) => {
  test('has the reviews replayed, which gives exactly what was learned', async () => {
    const { learned, shown, log, store } = await practisedLearner(open, 50);
    const { versions, ...after } = await shown();
    expect(after).toMatchObject({ version: 51, reviews: 50 });
    expect(versions).toHaveLength(50);
    expect(versions.map(({ version }) => version)).toEqual(Array.from({ length: 50 }, (_, i) => 51 - i));
    expect(versions[0]).toMatchObject({ cause: 'consolidation', reviews: 50 });
    expect(versions[1]).toMatchObject({ cause: 'review', reviews: 50, logLoss: versions[0]?.logLoss });
    expect(await learned()).toMatchObject({ base: { version: 50, reviews: 50 } });
    const lines = log.lines.filter((line) => line.includes('replay'));
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(
      /^info what was learned equals the replay of its reviews .*"repairedWords":\[\]/,
    );
    await checkLearned(store, 'course');
    expect(log.lines.filter((line) => line.startsWith('warn'))).toEqual([]);
  });
});

test.each(USUAL_STORES)(
  'a replay on $name leaves a word that was removed and added again as it is',
  async ({ open }) => {
    const { ask, practise, log, store } = await practisedLearner(open, 48, 2);
    await store.updateProfile('course', { wordProgress: 'automatic' });
    const { nodes } = await store.wordPage('course', null, { first: 9, after: null });
    const { id, text } = present(nodes[4]);
    await ask(ReplaceWord, { ids: [id], words: [{ text }] });
    await practise(2);
    const [word] = await store.words([{ profileId: 'course', wordId: id }]);
    expect(word).toMatchObject({ text, state: 'pending', memory: null });
    const [line] = log.lines.filter((one) => one.includes('replay'));
    expect(line).toMatch(/^info what was learned equals the replay of its reviews .*"repairedWords":\[\]/);
  },
);

test('a consolidation whose process has died is made by the next process that stores a review', async () => {
  const store = await tempSqliteStore();
  await createCourse(store, { teaching: 17 });
  const reports = (await usedDialogs(store, 'course', 3)).map(reviewOf);
  const reached = newGate();
  const stuck = replacing(store, {
    latestReviews() {
      reached.open();
      return new Promise(() => undefined);
    },
  });
  const dead = await openTestApp({ store: stuck, clock: frozenClock() });
  for (const report of reports.slice(0, 50)) await dead.ask(ReportPractice, report);
  await reached.opened;
  const clock = movableClock();
  const { store: watched, calls } = traced(store);
  const living = await openTestApp({ store: watched, clock });
  await living.ask(ReportPractice, present(reports[50]));
  let seconds = 0;
  for (; present((await store.learnings(['course']))[0]).cause !== 'consolidation'; seconds += 1) {
    await untilQuiet(calls);
    clock.move(1_000);
  }
  expect(seconds).toBeGreaterThanOrEqual(20);
  expect(seconds).toBeLessThan(60);
});

test('a replay repairs what differs from it, and logs it', async () => {
  const { practise, learned, log, store } = await practisedLearner(tempSqliteStore, 48, 2);
  const sound = await learned();
  await store.editLearning('course', (current) => current && { ...current, reviews: 7, version: 49 });
  const words = idsOf((await store.wordPage('course', null, { first: 9, after: null })).nodes);
  await store.editWords('course', words, (one) => ({
    ...one,
    memory: one.memory && { ...one.memory, stability: 999 },
  }));
  await practise(2);
  const repaired = await learned();
  expect(repaired).toMatchObject({ reviews: 50, cause: 'consolidation' });
  expect(repaired.losses.predictions).toBeGreaterThan(sound.losses.predictions);
  await checkLearned(store, 'course');
  const [line] = log.lines.filter((one) => one.startsWith('warn'));
  expect(line).toMatch(/^warn what was learned differed from the replay of its reviews, and was repaired/);
  expect(line).toContain('"online":{"reviews":9');
  expect(line).toContain('"replayed":{"reviews":50');
  // A review computes the memory of its word again, which repairs those of the last two words before.
  const [, repairedWords = ''] = /"repairedWords":\[(.*?)\]/.exec(line ?? '') ?? [];
  expect(repairedWords.split(',')).toHaveLength(6);
});

describe.each(USUAL_STORES)('going back on $name', ({ open }) => {
  test('restores an earlier version as a new one, which can be taken back too', async () => {
    const { ask, shown, practise } = await practisedLearner(open, 4, 10);
    const { styles } = await shown();
    expect(styles.map(({ dialogs }) => dialogs)).toEqual([4]);
    await practise(8);
    const versions = (await shown()).versions;
    const at = (version: number) => versions.find((one) => one.version === version);
    const early = { reviews: at(4)?.reviews, logLoss: at(4)?.logLoss };
    const latest = await shown();
    const { rollBackLearning: back } = await ask(RollBack, { version: 4 });
    expect(back).toMatchObject({ version: 13, ...early, styles });
    expect(back.versions.slice(1)).toEqual(versions);
    expect(back.versions[0]).toMatchObject({ cause: 'rollback', ...early });
    expect(back.correction).not.toEqual(latest.correction);
    const { rollBackLearning: forth } = await ask(RollBack, { version: 12 });
    const { correction, logLoss } = latest;
    expect(forth).toMatchObject({ version: 14, correction, logLoss, styles: latest.styles });
    expect(latest.styles.map(({ dialogs }) => dialogs)).toEqual(expect.arrayContaining([8, 4]));
    const { rollBackLearning: forgotten } = await ask(RollBack, { version: 0 });
    expect(forgotten).toMatchObject({
      version: 15,
      reviews: 0,
      correction: { offset: 0, slope: 1 },
      logLoss: null,
      styles: [],
    });
    await practise(2);
    expect(await shown()).toMatchObject({ version: 17, reviews: 2 });
  });
});

test('going back is followed by a replay of the later reviews alone', async () => {
  const { ask, shown, practise, log } = await practisedLearner(tempSqliteStore, 10, 50);
  await ask(RollBack, { version: 6 });
  await practise(50);
  const { versions, ...after } = await shown();
  expect(versions[0]).toMatchObject({ cause: 'consolidation', version: 62, reviews: 56 });
  expect(after.reviews).toBe(56);
  expect(log.lines.filter((line) => line.startsWith('warn'))).toEqual([]);
});

test('after the hundredth review, the last 50 versions are kept', async () => {
  const { ask, shown, log, store } = await practisedLearner(tempSqliteStore, 100);
  const { versions, ...latest } = await shown();
  expect(latest).toMatchObject({ version: 102, reviews: 100 });
  const last = Array.from({ length: 50 }, (_, i) => 102 - i);
  expect(versions.map(({ version }) => version)).toEqual(last);
  const keys = Array.from({ length: 102 }, (_, i) => ({ profileId: 'course', version: i + 1 }));
  const kept = (await store.learningVersions(keys)).flatMap((one) => one?.version ?? []);
  expect(kept.toReversed()).toEqual(last);
  expect((await ask(RollBack, { version: 53 })).rollBackLearning).toMatchObject({ version: 103 });
  expect(log.lines.filter((line) => line.startsWith('warn'))).toEqual([]);
});

test('going back again and again keeps the last 50 versions', async () => {
  const { ask, learned, learning, store } = await practisedLearner(tempSqliteStore, 2);
  for (let i = 0; i < 60; i += 1) {
    await ask(GoBack, {});
    await learning.finish();
  }
  expect((await learned()).version).toBe(62);
  const keys = Array.from({ length: 62 }, (_, i) => ({ profileId: 'course', version: i + 1 }));
  const kept = (await store.learningVersions(keys)).flatMap((one) => one?.version ?? []);
  expect(kept).toEqual(Array.from({ length: 50 }, (_, i) => 13 + i));
});

test('going back to a version that is not shown is refused', async () => {
  const { send, practise, shown } = await practisedLearner(tempSqliteStore, 4, 52);
  for (const version of [-1, 4, 5, 99]) {
    const { errors } = await send(RollBack, { version });
    expect(errors[0]?.extensions?.code).toBe('BAD_USER_INPUT');
    expect(errors[0]?.message).toMatch(/^version: must be 0, or an earlier version among the last 50/);
  }
  await practise(52);
  expect((await shown()).version).toBe(57);
  expect((await send(RollBack, { version: 7 })).errors[0]?.extensions?.code).toBe('BAD_USER_INPUT');
  expect((await send(RollBack, { version: 8 })).errors).toEqual([]);
});
