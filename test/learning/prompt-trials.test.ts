import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { createPromptService } from '../../src/learning/prompt-service.ts';
import { StoreUnavailable } from '../../src/model/errors.ts';
import type { Store } from '../../src/ports/store.ts';
import { present } from '../contract/samples.ts';
import { checkLearned } from '../support/check-learned.ts';
import { skippingClock } from '../support/clocks.ts';
import { createCourse } from '../support/course.ts';
import { newGate } from '../support/gate.ts';
import { memoryLog } from '../support/memory-log.ts';
import { ReportPractice, reviewOf } from '../support/practice.ts';
import { replacing } from '../support/scheduled-store.ts';
import { scriptedGenerator } from '../support/scripted-generator.ts';
import { USUAL_STORES } from '../support/stores.ts';
import { openTestApp, tempSqliteStore } from '../support/test-app.ts';
import { traced } from '../support/traced-store.ts';
import { until } from '../support/until.ts';
import { isTrying, openTrialApp, RollBackPrompt, seedRewards, V1, V2, V3 } from './trial-app.ts';

/** The store, and a wait for the trial to be judged a number of times more. */
function judged(store: Store) {
  const { store: tracing, calls } = traced(store);
  const looks = () => calls.filter(({ name, ended }) => name === 'editPromptState' && Number.isFinite(ended));
  return {
    store: tracing,
    calls,
    async times(count: number) {
      const before = looks().length;
      await until(() => looks().length >= before + count);
    },
  };
}

describe.each(USUAL_STORES)('a new version of the prompt on $name', ({ open }) => {
  test('is tried with a share of the dialogs, whose rewards count once in the arm that wrote them', async () => {
    const store = await open();
    const [app, other] = [await openTrialApp(store), await openTrialApp(store)];
    await app.shownUntil(isTrying(V2));
    await createCourse(store, { teaching: 12 });
    const written = await app.written(12);
    expect(new Set(written)).toEqual(new Set([V1, V2]));
    const byV2 = written.filter((version) => version === V2).length;

    const claimed = await app.pool.claimDialogs('course', { count: 12 });
    for (const { generator, trial } of claimed)
      expect(trial).toEqual({ id: V2, arm: generator === V2 ? 'challenger' : 'champion' });
    const reviews = claimed.map((dialog) => ({
      ...reviewOf(dialog),
      rating: dialog.generator === V2 ? 5 : 2,
    }));
    // Two processes report each practice, one of them twice.
    for (const review of reviews)
      await Promise.all([app, other, app].map((one) => one.ask(ReportPractice, review)));
    await checkLearned(store, 'course');

    const { trials, champion } = await app.shownUntil(
      (shown) => shown.trials[0]?.championRewards.dialogs === 12 - byV2,
    );
    expect(champion).toBe(V1);
    expect(trials).toMatchObject([
      {
        challenger: V2,
        champion: V1,
        verdict: 'RUNNING',
        endedAt: null,
        // Of rating, grades and self-check: a rating of 5 or 2, a good grade, and none of the other words known.
        challengerRewards: { dialogs: byV2, mean: expect.closeTo(0.7 + 0.15, 10) },
        championRewards: { dialogs: 12 - byV2, mean: expect.closeTo(0.7 / 4 + 0.15, 10) },
      },
    ]);
    expect(await other.shown()).toEqual(await app.shown());
  });

  test('is promoted if its dialogs are better, in all processes, and is followed by the next version', async () => {
    const store = await open();
    const app = await openTrialApp(store);
    await app.shownUntil(isTrying(V2));
    await seedRewards(store, V2, 0.6);
    const { champion, trials, champions } = await app.shownUntil(({ challenger }) => challenger === null);
    expect(champion).toBe(V2);
    expect(trials).toMatchObject([
      {
        verdict: 'PROMOTED',
        challengerRewards: { dialogs: 150, mean: expect.closeTo(0.6, 10) },
        championRewards: { dialogs: 600, mean: 0.5 },
        evidence: { difference: expect.closeTo(0.1, 10) },
      },
    ]);
    const [trial] = trials;
    expect(trial?.evidence.better).toBeGreaterThanOrEqual(50);
    expect(present(trial?.endedAt) >= present(trial?.startedAt)).toBe(true);
    expect(champions.map(({ number, cause, champion }) => [number, cause, champion])).toEqual([
      [2, 'PROMOTION', V2],
      [1, 'FIRST', V1],
    ]);
    await createCourse(store, { teaching: 6 });
    const other = await openTrialApp(store, { judges: false });
    expect(await other.written(6)).toEqual(Array(6).fill(V2));

    await app.prompts.finish();
    const newer = await openTrialApp(store, { versions: [V1, V2, V3] });
    const { trials: both } = await newer.shownUntil(isTrying(V3));
    expect(both).toMatchObject([{ challenger: V3, champion: V2, verdict: 'RUNNING' }, trial ?? {}]);
  });

  test('is dropped if its dialogs are worse, and used no more', async () => {
    const store = await open();
    const { store: judging, times } = judged(store);
    const app = await openTrialApp(judging);
    await app.shownUntil(isTrying(V2));
    await seedRewards(store, V2, 0.4);
    const { champion, trials, champions } = await app.shownUntil(({ challenger }) => challenger === null);
    expect({ champion, verdict: trials[0]?.verdict }).toEqual({ champion: V1, verdict: 'DROPPED' });
    expect(present(trials[0]).evidence.worse).toBeGreaterThanOrEqual(20);
    expect(champions).toHaveLength(1);
    await times(3);
    expect(await app.shown()).toMatchObject({ challenger: null, trials: [{ verdict: 'DROPPED' }] });
    await createCourse(store, { teaching: 6 });
    expect(await app.written(6)).toEqual(Array(6).fill(V1));
  });

  test('that was promoted can be rolled back, and is not tried again', async () => {
    const store = await open();
    const { store: judging, times } = judged(store);
    const [app, other] = [await openTrialApp(judging), await openTrialApp(store, { judges: false })];
    await app.shownUntil(isTrying(V2));
    await seedRewards(store, V2, 0.6);
    await app.shownUntil((shown) => shown.champion === V2);
    // Several callers at once make one entry, and so does a caller that repeats its call.
    const back = await Promise.all([app, other, app].map((one) => one.rollBack(V1)));
    back.push(await app.rollBack(V1));
    for (const { champion, champions } of back) {
      expect(champion).toBe(V1);
      expect(champions.map(({ cause }) => cause)).toEqual(['ROLLBACK', 'PROMOTION', 'FIRST']);
    }
    await times(3);
    expect(await app.shown()).toEqual(back[0]);
    await createCourse(store, { teaching: 6 });
    expect(await app.written(6)).toEqual(Array(6).fill(V1));
    const forth = await app.rollBack(V2);
    expect(forth).toMatchObject({
      champion: V2,
      champions: [{ number: 4, cause: 'ROLLBACK', champion: V2 }, {}, {}, {}],
    });
  });
});

test('a running trial is cancelled by going back to the present champion', async () => {
  const { store, times } = judged(await tempSqliteStore());
  const app = await openTrialApp(store);
  await app.shownUntil(isTrying(V2));
  const back = await app.rollBack(V1);
  expect(back).toMatchObject({ champion: V1, challenger: null, trials: [{ verdict: 'CANCELLED' }] });
  expect(back.trials[0]?.endedAt).not.toBeNull();
  expect(back.champions.map(({ cause }) => cause)).toEqual(['ROLLBACK', 'FIRST']);
  // What its dialogs are rewarded with from now on decides nothing.
  await seedRewards(store, V2, 0.6);
  await times(3);
  expect(await app.shown()).toEqual(back);
});

test('going back to a version that was never in use, or that the server lacks, is refused', async () => {
  const store = await tempSqliteStore();
  const app = await openTrialApp(store);
  await app.shownUntil(isTrying(V2));
  const before = await app.shown();
  const older = await openTrialApp(store, { versions: ['scripted/v0'] });
  for (const [one, version] of [
    [app, V2],
    [app, 'v1'],
    [app, 'x'.repeat(1_001)],
    [older, V1],
    [await openTestApp(), 'template/v2'],
  ] as const) {
    const { errors } = await one.send(RollBackPrompt, { version });
    expect(errors[0]?.extensions?.code).toBe('BAD_USER_INPUT');
    expect(errors[0]?.message).toMatch(/^version: must /);
  }
  expect(await app.shown()).toEqual(before);
});

test('a server with templates tries nothing, and reads and writes nothing for it', async () => {
  const { store, calls } = traced(await tempSqliteStore());
  const app = await openTrialApp(store, { versions: ['template/v2'] });
  await createCourse(store, { teaching: 3 });
  expect(await app.written(3)).toEqual(Array(3).fill('template/v2'));
  expect(calls.filter(({ name }) => name.endsWith('PromptState') || name === 'promptState')).toEqual([]);
  expect(await app.shown()).toEqual({ champion: 'template/v2', challenger: null, trials: [], champions: [] });
});

test('a server that lacks a version writes with the last champion that it has, outside of the trial', async () => {
  const store = await tempSqliteStore();
  const newer = await openTrialApp(store, { versions: [V1, V2, V3] });
  await newer.shownUntil(isTrying(V2));
  await createCourse(store, { teaching: 6 });
  const older = await openTrialApp(store, { versions: [V1, 'scripted/v1b'] });
  expect(await older.written(3)).toEqual(Array(3).fill(V1));
  await seedRewards(store, V2, 0.6);
  await newer.shownUntil(isTrying(V3));
  const oldest = await openTrialApp(store, { versions: [V1, 'scripted/v1b'], judges: false });
  expect(await oldest.written(6)).toEqual(Array(3).fill(V1));
  const dialogs = await oldest.pool.claimDialogs('course', { count: 6 });
  expect(dialogs.map(({ trial }) => trial)).toEqual(Array(6).fill(null));
});

test('dialogs are written by the first version while the store does not say which is in use', async () => {
  const store = replacing(await tempSqliteStore(), {
    promptState: async () => {
      throw new StoreUnavailable();
    },
  });
  await createCourse(store, { teaching: 3 });
  const app = await openTrialApp(store, { judges: false });
  expect(await app.written(3)).toEqual(Array(3).fill(V1));
  expect(app.log.lines.filter((line) => line.includes('could not be read'))).toHaveLength(1);
});

test('a top-up reads the versions once, while it takes its lease', async () => {
  const { store, calls } = traced(await tempSqliteStore());
  await createCourse(store, { teaching: 6 });
  const app = await openTrialApp(store, { judges: false });
  calls.length = 0;
  await app.written(6);
  const [read, ...more] = calls.filter(({ name }) => name === 'promptState');
  expect(more).toEqual([]);
  const survey = present(calls.find(({ name }) => name === 'survey'));
  expect(present(read).ended).toBeLessThan(survey.began);
  await app.written(6);
  expect(calls.filter(({ name }) => name === 'promptState')).toHaveLength(1);
});

test('going back to what was learned earlier keeps the rewards of trials', async () => {
  const store = await tempSqliteStore();
  const app = await openTrialApp(store);
  await app.shownUntil(isTrying(V2));
  await createCourse(store, { teaching: 4 });
  await app.written(4);
  for (const dialog of await app.pool.claimDialogs('course', { count: 4 }))
    await app.ask(ReportPractice, { ...reviewOf(dialog), rating: 4 });
  const [before] = await store.learnings(['course']);
  await app.learning.rollBackLearning('course', 0);
  const [after] = await store.learnings(['course']);
  expect(after).toMatchObject({ reviews: 0, rewards: present(before).rewards });
  const [rewards] = present(after).rewards;
  expect(present(rewards).champion.count + present(rewards).challenger.count).toBe(4);
});

test('a rollback holds for dialogs that are written at once, also if the versions were being read before it', async () => {
  const store = await tempSqliteStore();
  const judging = await openTrialApp(store);
  await judging.shownUntil(isTrying(V2));
  await seedRewards(store, V2, 0.6);
  await judging.shownUntil(({ champion }) => champion === V2);
  await judging.prompts.finish();

  const [began, answer] = [newGate(), newGate()];
  const slow = replacing(store, {
    async promptState(model) {
      const state = await store.promptState(model);
      began.open();
      await answer.opened;
      return state;
    },
  });
  const app = await openTrialApp(slow, { judges: false });
  await createCourse(store, { teaching: 4 });
  const written = app.written(4);
  await began.opened;
  await app.rollBack(V1);
  answer.open();
  expect(await written).toEqual(Array(4).fill(V1));
});

test('one of two processes judges trials as long as it lives, and pauses for 50 times as long as it took', async () => {
  const store = await tempSqliteStore();
  const clock = skippingClock();
  const open = () => {
    const beganAt: number[] = [];
    const slow = replacing(store, {
      async profilePage(...args) {
        beganAt.push(clock.monotonic());
        await clock.sleep(30_000);
        return store.profilePage(...args);
      },
    });
    const generator = scriptedGenerator(undefined, { versions: [V1, V2] });
    const tools = { clock, log: memoryLog(), newId: randomUUID, random: Math.random };
    return { beganAt, ...createPromptService({ store: slow, generator, ...tools }) };
  };
  const one = open();
  await until(() => one.beganAt.length > 0);
  const other = open();
  await until(() => clock.monotonic() > 24 * 60 * 60_000);
  expect(other.beganAt).toEqual([]);
  const pauses = one.beganAt.slice(1).map((at, i) => at - present(one.beganAt[i]));
  expect(pauses.length).toBeGreaterThan(40);
  expect(Math.min(...pauses)).toBeGreaterThanOrEqual(50 * 30_000);
  await Promise.all([one, other].map(({ finish }) => finish()));
});
