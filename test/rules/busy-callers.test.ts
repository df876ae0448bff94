import { expect, test } from 'vitest';
import { type DialogGenerator, WordFailed } from '../../src/ports/generator.ts';
import { runWithRequest } from '../../src/ports/request.ts';
import { sampleWord } from '../contract/samples.ts';
import { createCourse } from '../support/course.ts';
import { newGate } from '../support/gate.ts';
import { movableClock } from '../support/movable-clock.ts';
import { scriptedGenerator } from '../support/scripted-generator.ts';
import { openTestApp, tempSqliteStore } from '../support/test-app.ts';
import { type StoreCall, traced } from '../support/traced-store.ts';
import { until } from '../support/until.ts';

/** The words of 30 large calls. They are learned, so that a top-up does not try them. */
const IMPORTS = Array.from({ length: 30 }, (_, i) =>
  Array.from({ length: 300 }, (_, j) => sampleWord('course', `word ${i} ${j}`, { state: 'learned' })),
);
/** Runs work as that of one caller. */
const asCaller = (work: () => Promise<void>) =>
  runWithRequest({ id: 'a', began: 0, network: '192.0.2.1', caller: 'learner' }, work);

function endedCalls(calls: readonly StoreCall[], method: string): number {
  return calls.filter(({ name, ended }) => name === method && Number.isFinite(ended)).length;
}

test('many writes of the caller that started a top-up delay neither its lease nor its record', async () => {
  const clock = movableClock();
  const { store, calls } = traced(await tempSqliteStore());
  await createCourse(store, { teaching: 20 });
  const written = newGate();
  const generator = scriptedGenerator(undefined, { turn: () => written.opened });
  const { pool } = await openTestApp({ store, clock, generator });
  const ended = (method: string) => endedCalls(calls, method);
  await asCaller(async () => {
    await pool.startTopUp('course', 1);
    while (generator.asked.length === 0) await new Promise(setImmediate);
    const before = ended('addWords');
    const importing = IMPORTS.map((words) => store.addWords('course', words));
    // Lease and record are due to be renewed.
    clock.move(5_000);
    while (ended('renewLease') === 0 || ended('saveTopUp') === 0) await new Promise(setImmediate);
    expect(ended('addWords') - before).toBeLessThan(10);
    await Promise.all(importing);
    written.open();
    const finishing = pool.finish(60_000);
    clock.move(60_000);
    await finishing;
  });
});

test('many writes of the caller that started a top-up do not delay its end', async () => {
  const { store, calls } = traced(await tempSqliteStore());
  await createCourse(store, { teaching: 1 });
  const tried = newGate();
  const scripted = scriptedGenerator();
  const generator: DialogGenerator = {
    ...scripted,
    async generate(request) {
      scripted.asked.push(request);
      await tried.opened;
      throw new WordFailed('There is none.');
    },
  };
  const { pool } = await openTestApp({ store, generator });
  const ended = (method: string) => endedCalls(calls, method);
  await asCaller(async () => {
    const { id } = await pool.startTopUp('course', 1);
    await until(() => scripted.asked.length > 0);
    const importing = IMPORTS.map((words) => store.addWords('course', words));
    tried.open();
    const record = async () => (await store.topUpRecords([{ profileId: 'course', topUpId: id }]))[0];
    while ((await record())?.state !== 'ended') await new Promise(setImmediate);
    while (ended('releaseLease') === 0) await new Promise(setImmediate);
    expect(ended('addWords')).toBeLessThan(20);
    await Promise.all(importing);
  });
});
