import { expect, test } from 'vitest';
import { createCourse } from '../support/course.ts';
import { newGate } from '../support/gate.ts';
import { scriptedGenerator } from '../support/scripted-generator.ts';
import { openTestApp, tempSqliteStore } from '../support/test-app.ts';
import { traced } from '../support/traced-store.ts';
import { until } from '../support/until.ts';

test('maintenance goes on when a pool has enough, although its top-up goes on for a larger request', async () => {
  const { store, calls } = traced(await tempSqliteStore());
  await createCourse(store, { id: 'large', teaching: 9, minDialogs: 1 });
  await createCourse(store, { id: 'other', teaching: 9, minDialogs: 1 });
  await store.updateProfile('large', { autoTopUp: true });
  const [first, others] = [newGate(), newGate()];
  const generator = scriptedGenerator(undefined, {
    concurrency: 1,
    turn: async () => {
      const { length } = generator.asked.filter(({ profile }) => profile.id === 'large');
      if (generator.asked.at(-1)?.profile.id === 'large') await (length === 1 ? first : others).opened;
    },
  });
  const { pool } = await openTestApp({ store, generator, maintenanceMs: 20 });
  const large = pool.ensureDialogs('large', 5);
  const looks = () => calls.filter(({ name, ended }) => name === 'wordCounts' && Number.isFinite(ended));
  await until(() => generator.asked.length === 1 && looks().length > 0);
  first.open();
  await until(() => generator.asked.length === 2);
  await store.updateProfile('other', { autoTopUp: true });
  await until(async () => (await store.unusedTotal('other')) === 1);
  others.open();
  expect(await large).toMatchObject({ unusedTotal: 5, outcome: 'SATISFIED' });
});
