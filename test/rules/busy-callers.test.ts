import { expect, test } from 'vitest';
import { runWithRequest } from '../../src/ports/request.ts';
import { sampleWord } from '../contract/samples.ts';
import { createCourse } from '../support/course.ts';
import { newGate } from '../support/gate.ts';
import { movableClock } from '../support/movable-clock.ts';
import { scriptedGenerator } from '../support/scripted-generator.ts';
import { openTestApp, tempSqliteStore } from '../support/test-app.ts';
import { traced } from '../support/traced-store.ts';

test('many writes of the caller that started a top-up delay neither its lease nor its record', async () => {
  const clock = movableClock();
  const { store, calls } = traced(await tempSqliteStore());
  await createCourse(store, { teaching: 20 });
  const written = newGate();
  const generator = scriptedGenerator(undefined, { turn: () => written.opened });
  const { pool } = await openTestApp({ store, clock, generator });
  const ended = (method: string) =>
    calls.filter(({ name, ended }) => name === method && ended < Number.POSITIVE_INFINITY).length;
  const imports = Array.from({ length: 30 }, (_, i) =>
    Array.from({ length: 300 }, (_, j) => sampleWord('course', `word ${i} ${j}`)),
  );
  await runWithRequest({ id: 'a', network: '192.0.2.1', caller: 'learner' }, async () => {
    await pool.startTopUp('course', 1);
    while (generator.asked.length === 0) await new Promise(setImmediate);
    const before = ended('addWords');
    const importing = imports.map((words) => store.addWords('course', words));
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
