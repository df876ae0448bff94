import { expect, test } from 'vitest';
import { graphql } from '../generated/index.ts';
import { createCourse } from '../support/course.ts';
import { subscribe } from '../support/event-stream.ts';
import { newGate } from '../support/gate.ts';
import { metricsOf, startingWith } from '../support/metrics.ts';
import { movableClock } from '../support/movable-clock.ts';
import { scriptedGenerator } from '../support/scripted-generator.ts';
import { openTestApp, tempSqliteStore } from '../support/test-app.ts';
import { traced, untilQuiet } from '../support/traced-store.ts';
import { until } from '../support/until.ts';

const TopUp = graphql(`
  mutation TopUpForMetrics($min: Int!) { ensureDialogs(profileId: "course", min: $min) { outcome } }
`);

const Claim = graphql(`
  mutation ClaimForMetrics($whenEmpty: WhenEmpty!) {
    claimDialogs(profileId: "course", whenEmpty: $whenEmpty) { id }
  }
`);

const Watch = graphql(`
  subscription WatchForMetrics { pool(profileId: "course") { unusedTotal } }
`);

const CREATED = 'dialog_pool_dialogs_created_total{generator="scripted"}';
const SATISFIED = 'dialog_pool_top_ups_total{generator="scripted",outcome="SATISFIED"}';

test('a dialog is counted as soon as it is stored, and a top-up when it has ended', async () => {
  const others = newGate();
  let calls = 0;
  const turn = () => (++calls === 1 ? Promise.resolve() : others.opened);
  const app = await openTestApp({ generator: scriptedGenerator(undefined, { concurrency: 1, turn }) });
  await createCourse(app.store, { teaching: 9 });
  const toppingUp = app.ask(TopUp, { min: 3 });
  await until(() => calls === 2);
  expect(await metricsOf(app.app)).toMatchObject({ [CREATED]: 1, [SATISFIED]: 0 });
  others.open();
  await toppingUp;
  await app.pool.finish(10_000);
  expect(await metricsOf(app.app)).toMatchObject({
    [CREATED]: 3,
    [SATISFIED]: 1,
    'dialog_pool_generator_calls_total{generator="scripted"}': 3,
    'dialog_pool_generator_tokens_total{generator="scripted",direction="input"}': 30,
    'dialog_pool_generator_tokens_total{generator="scripted",direction="output"}': 60,
  });
});

test('claims are counted by what they got, and those that waited by how long', async () => {
  const clock = movableClock();
  const written = newGate();
  const generator = scriptedGenerator(undefined, { turn: () => written.opened });
  const app = await openTestApp({ clock, generator });
  await createCourse(app.store, { teaching: 1, minDialogs: 1 });
  const claims = async () => startingWith(await metricsOf(app.app), 'dialog_pool_claims_total');
  const counts = (hit: number, waited: number, empty: number) => ({
    'dialog_pool_claims_total{outcome="hit"}': hit,
    'dialog_pool_claims_total{outcome="waited"}': waited,
    'dialog_pool_claims_total{outcome="empty"}': empty,
  });
  expect(await claims()).toEqual(counts(0, 0, 0));
  await app.ask(Claim, { whenEmpty: 'EMPTY' });
  expect(await claims()).toEqual(counts(0, 0, 1));

  const waiting = app.ask(Claim, { whenEmpty: 'WAIT' });
  await until(() => generator.asked.length === 1);
  clock.move(3_000);
  written.open();
  expect((await waiting).claimDialogs).toHaveLength(1);
  expect(await claims()).toEqual(counts(0, 1, 1));
  expect(await metricsOf(app.app)).toMatchObject({
    'dialog_pool_claim_wait_seconds_bucket{le="2.5"}': 0,
    'dialog_pool_claim_wait_seconds_bucket{le="5"}': 1,
    dialog_pool_claim_wait_seconds_sum: 3,
    dialog_pool_claim_wait_seconds_count: 1,
  });

  await app.ask(TopUp, { min: 1 });
  await app.ask(Claim, { whenEmpty: 'WAIT' });
  expect(await claims()).toEqual(counts(1, 1, 1));
  expect(await metricsOf(app.app)).toMatchObject({ dialog_pool_claim_wait_seconds_count: 1 });
});

test('a claim that gets nothing wakes nobody who watches the pool', async () => {
  const { store, calls } = traced(await tempSqliteStore());
  // The clock stands still, so that the store is not asked for changes of other processes.
  const app = await openTestApp({ store, clock: movableClock() });
  await createCourse(store);
  const stream = await subscribe(app, Watch, {});
  await stream.next();
  await untilQuiet(calls);
  const before = calls.length;
  await app.ask(Claim, { whenEmpty: 'EMPTY' });
  await untilQuiet(calls);
  expect(calls.slice(before).map(({ name }) => name)).toEqual(['profiles', 'claimDialogs']);
  await stream.hangUp();
});

test('a first top-up that fails is an increase', async () => {
  const app = await openTestApp({ generator: scriptedGenerator(() => 'fail-generator') });
  await createCourse(app.store, { teaching: 3 });
  const failures = async () => {
    const metrics = await metricsOf(app.app);
    return metrics['dialog_pool_top_ups_total{generator="scripted",outcome="GENERATOR_UNAVAILABLE"}'];
  };
  expect(await failures()).toBe(0);
  await app.ask(TopUp, { min: 1 });
  await app.pool.finish(10_000);
  expect(await failures()).toBe(1);
});
