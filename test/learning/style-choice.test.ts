import { describe, expect, test } from 'vitest';
import { NO_BELIEFS } from '../../src/learning/linear-model.ts';
import { Population } from '../../src/learning/population.ts';
import { replay } from '../../src/learning/replay.ts';
import { present, sampleDialog, sampleWord } from '../contract/samples.ts';
import { graphql } from '../generated/index.ts';
import { checkLearned } from '../support/check-learned.ts';
import { frozenClock } from '../support/clocks.ts';
import { createCourse } from '../support/course.ts';
import { memoryLog } from '../support/memory-log.ts';
import { openLearner, Practised, ReportPractice, usedDialogs } from '../support/practice.ts';
import { seededRandom } from '../support/random.ts';
import { scriptedGenerator } from '../support/scripted-generator.ts';
import { USUAL_STORES } from '../support/stores.ts';
import { openTestApp, tempSqliteStore } from '../support/test-app.ts';
import { traced } from '../support/traced-store.ts';
import { until } from '../support/until.ts';

const SCENES = ['scene:market', 'scene:train', 'scene:school', 'scene:home'];

const Ensure = graphql(`
  mutation EnsureStyles($min: Int!) {
    ensureDialogs(profileId: "course", min: $min) { created { id style selfCheck { knownShare targetUsed } } }
  }
`);

const Unused = graphql(`
  query UnusedStyles {
    profile(id: "course") {
      dialogs(isUsed: false, first: 100) {
        edges { node { id style selfCheck { knownShare targetUsed } turns { text } word { text } } }
      }
    }
  }
`);

const Learn = graphql(`
  mutation LearnStyleWords($ids: [ID!]!) {
    setWordState(profileId: "course", wordIds: $ids, state: LEARNED) { id }
  }
`);

/** Claims dialogs day by day, and rates those in one scene well and the others badly. @returns the styles in their order */
async function practise(
  { ask, claim, sleepDays, store }: Awaited<ReturnType<typeof openLearner>>,
  days: number,
  liked: string,
): Promise<string[]> {
  const styles: string[] = [];
  for (let day = 0; day < days; day += 1) {
    for (const { dialogId, wordId } of await claim(4)) {
      const [dialog] = await store.dialogs([{ profileId: 'course', dialogId }]);
      const style = present(dialog?.style);
      styles.push(style);
      const results = [{ wordId, grade: 'GOOD' as const }];
      await ask(ReportPractice, { profileId: 'course', dialogId, results, rating: style === liked ? 5 : 2 });
    }
    sleepDays(1);
  }
  return styles;
}

describe.each(USUAL_STORES)('styles on $name', ({ open }) => {
  test('that a learner likes are written more often, and what is believed of them is shown', async () => {
    const learner = await openLearner({
      store: await open(),
      generator: scriptedGenerator(undefined, { styles: SCENES }),
      random: seededRandom(7),
    });
    const styles = await practise(learner, 6, 'scene:train');
    const count = (of: readonly string[]) => of.filter((style) => style === 'scene:train').length;
    // The first four were chosen before the first review. By chance, one of four would be in the liked scene.
    expect([count(styles.slice(0, 4)), count(styles.slice(4, 12)), count(styles.slice(12))]).toEqual([
      2, 8, 12,
    ]);
    const { learning } = present((await learner.ask(Practised, { id: 'course' })).profile);
    expect(learning.styles[0]).toMatchObject({ style: 'scene:train', dialogs: count(styles) });
    expect(learning.styles.map(({ mean }) => mean)).toEqual(
      learning.styles.map(({ mean }) => mean).toSorted((one, other) => other - one),
    );
    expect(learning.styles.reduce((sum, { dialogs }) => sum + dialogs, 0)).toBe(styles.length);
    await checkLearned(learner.store, 'course');
  });

  test('are rewarded once each, however many report the same practice at once', async () => {
    const learner = await openLearner({ store: await open(), teaching: 6 });
    const dialogs = await usedDialogs(learner.store, 'course', 1);
    const reports = [...dialogs, ...dialogs, ...dialogs].map(({ id, wordId }) => ({
      profileId: 'course',
      dialogId: id,
      results: [{ wordId, grade: 'GOOD' as const }],
      rating: 4,
    }));
    await Promise.all(reports.map((report) => learner.ask(ReportPractice, report)));
    const { learning } = present((await learner.ask(Practised, { id: 'course' })).profile);
    expect(learning.styles.map(({ dialogs: total }) => total)).toEqual([6]);
    await checkLearned(learner.store, 'course');
  });

  test('that another writer has stored in words of its own are passed over', async () => {
    const learner = await openLearner({ store: await open(), teaching: 3 });
    const { nodes: words } = await learner.store.wordPage('course', null, { first: 9, after: null });
    for (const [i, style] of ['market', 'scene:a scene:b', '__proto__'].entries()) {
      const word = present(words[i]);
      const dialog = sampleDialog(word, 0, { style });
      await learner.store.createDialog(dialog);
      await learner.store.markDialogUsed('course', dialog.id, word.createdAt);
      const results = [{ wordId: word.id, grade: 'GOOD' as const }];
      await learner.ask(ReportPractice, { profileId: 'course', dialogId: dialog.id, results, rating: 5 });
    }
    const { learning } = present((await learner.ask(Practised, { id: 'course' })).profile);
    expect(learning).toMatchObject({ reviews: 3, styles: [] });
  });

  test('begin with what other learners have taught, as it was read in the last ten minutes', async () => {
    const { store, calls } = traced(await open());
    const pages = () => calls.filter(({ name }) => name === 'profilePage').length;
    const clock = frozenClock();
    const population = new Population({ store, clock, log: memoryLog() });
    expect(population.prior()).toEqual(NO_BELIEFS);
    await population.idle();
    const learner = await openLearner({ store, teaching: 10 });
    for (const [index, { id, wordId }] of (await usedDialogs(store, 'course', 3)).entries()) {
      const results = [{ wordId, grade: 'GOOD' as const }];
      // A profile with 29 reviews says little.
      if (index === 29) {
        clock.move(10 * 60_000);
        population.prior();
        await population.idle();
      }
      await learner.ask(ReportPractice, { profileId: 'course', dialogId: id, results, rating: 5 });
      learner.sleepDays(1);
    }
    await learner.learning.finish();
    const before = pages();
    clock.move(9 * 60_000);
    expect(population.prior()).toEqual(NO_BELIEFS);
    expect(pages()).toBe(before);
    clock.move(60_000);
    population.prior();
    await population.idle();
    const prior = population.prior();
    expect(pages()).toBe(before + 1);
    expect(prior.features).toEqual(['base', 'scene:s0', 'register:neutral', 'scene:s1', 'scene:s2']);
    expect(prior.priorMeans[0]).toBeGreaterThan(0.6);
    expect(prior.dialogs).toEqual({});
  });
});

test('a profile keeps the prior that it began with, so that a replay gives the same and a rollback brings it back', async () => {
  const bare = await tempSqliteStore();
  const generator = scriptedGenerator(undefined, { styles: SCENES });
  await practise(await openLearner({ store: bare, generator, random: seededRandom(3) }), 10, 'scene:market');
  const { store, calls } = traced(bare);
  const app = await openTestApp({ store, generator, random: seededRandom(4) });
  await createCourse(store, { id: 'new', teaching: 5 });
  await app.pool.ensureDialogs('new', 1);
  // The first choice has the learners of all profiles read in the background: after the new one's own, theirs.
  await until(
    () =>
      calls.filter(({ name, ended }) => name === 'learnings' && ended < Number.POSITIVE_INFINITY).length ===
      2,
  );
  const [dialog] = await app.pool.claimDialogs('new', { count: 1 });
  const { id: dialogId, wordId } = present(dialog);
  const results = [{ wordId, grade: 'GOOD' as const }];
  await app.ask(ReportPractice, { profileId: 'new', dialogId, results, rating: 3 });
  const [learning] = await store.learnings(['new']);
  const { features, priorMeans } = present(learning?.styles);
  expect(priorMeans[features.indexOf('scene:market')]).toBeGreaterThan(0.05);
  const reviews = new Map((await checkLearned(store, 'new')).map((one) => [one.id, one]));
  expect(replay(present(learning), reviews)).toMatchObject({ isEqual: true });
  expect(await app.learning.rollBackLearning('new', 0)).toMatchObject({ styles: null });
  expect(await app.learning.rollBackLearning('new', 1)).toMatchObject({ styles: learning?.styles });
});

test('a top-up gives each dialog a style of its own, and no scene of the template comes back within six dialogs', async () => {
  const app = await openTestApp({ random: seededRandom(11), clock: frozenClock() });
  await createCourse(app.store, { teaching: 20, pending: 20 });
  await app.ask(Ensure, { min: 7 });
  await app.ask(Ensure, { min: 30 });
  const { profile } = await app.ask(Unused, {});
  const scenes = present(profile).dialogs.edges.map(({ node }) => node.style);
  expect(scenes).toHaveLength(30);
  for (const i of scenes.keys()) {
    const near = scenes.slice(i, i + 6);
    expect(new Set(near).size).toBe(near.length);
  }
  expect(scenes.every((style) => style?.startsWith('scene:'))).toBe(true);
});

test('nothing is varied by a generator without styles', async () => {
  const app = await openTestApp({ generator: scriptedGenerator() });
  await createCourse(app.store, { teaching: 2 });
  const { ensureDialogs } = await app.ask(Ensure, { min: 2 });
  expect(ensureDialogs.created.map(({ style }) => style)).toEqual([null, null]);
});

test('a dialog keeps the share of its words that the learner had learned, and whether its word is used', async () => {
  const turns = [
    { speaker: 'A', text: 'teaching 0: uno dos', translation: 'x' },
    { speaker: 'B', text: 'tres, cuatro', translation: 'y' },
  ];
  const generator = { ...scriptedGenerator(), generate: async () => ({ turns }) };
  const app = await openTestApp({ generator });
  await createCourse(app.store, { teaching: 1 });
  const words = ['uno', 'tres', 'cinco'].map((text) => sampleWord('course', text));
  const { added } = await app.store.addWords('course', words);
  await app.ask(Learn, { ids: added.map(({ id }) => id) });
  const { ensureDialogs } = await app.ask(Ensure, { min: 1 });
  // Of uno, dos, tres and cuatro. The word of the dialog is left out.
  const selfCheck = { knownShare: 0.5, targetUsed: true };
  expect(ensureDialogs.created).toMatchObject([{ style: null, selfCheck }]);
  const { profile } = await app.ask(Unused, {});
  expect(present(profile).dialogs.edges[0]?.node.selfCheck).toEqual(selfCheck);
});
