import { expect, test } from 'vitest';
import { graphql } from '../generated/index.ts';
import { createCourse } from '../support/course.ts';
import { newGate } from '../support/gate.ts';
import { scriptedGenerator } from '../support/scripted-generator.ts';
import { openTestApp, tempSqliteStore } from '../support/test-app.ts';
import { traced, untilQuiet } from '../support/traced-store.ts';
import { until } from '../support/until.ts';

const Ensure = graphql(`
  mutation EnsureForChanged($min: Int!) { ensureDialogs(profileId: "course", min: $min) { unusedTotal } }
`);
const Start = graphql(`
  mutation StartForChanged($min: Int!) { startTopUp(profileId: "course", min: $min) { id } }
`);
const Cancel = graphql(`
  mutation CancelForChanged($id: ID!) { cancelTopUp(profileId: "course", topUpId: $id) { id } }
`);
const Claim = graphql(`
  mutation ClaimForChanged { claimDialogs(profileId: "course") { id } }
`);
const Update = graphql(`
  mutation UpdateMeanwhile($id: ID!, $input: UpdateProfileInput!) { updateProfile(id: $id, input: $input) { id } }
`);
const Delete = graphql(`
  mutation DeleteMeanwhile($id: ID!) { deleteProfile(id: $id) }
`);

/** A course whose dialogs are written one at a time when the test says so, and what they were asked for in. */
async function heldCourse(words: { teaching: number; pending?: number }) {
  const { store, calls } = traced(await tempSqliteStore());
  await createCourse(store, words);
  const gates = Array.from({ length: 9 }, newGate);
  const generator = scriptedGenerator(undefined, {
    concurrency: 1,
    turn: async () => gates[generator.asked.length - 1]?.opened,
  });
  const languages = () => generator.asked.map(({ profile }) => `${profile.targetLanguage} ${profile.level}`);
  const app = await openTestApp({ store, generator });
  return { ...app, calls, gates, generator, languages };
}

test('a top-up that waited for the one before it writes by the profile as it is then', async () => {
  const { ask, calls, gates, generator, languages } = await heldCourse({ teaching: 3 });
  const { startTopUp } = await ask(Start, { min: 3 });
  await until(() => generator.asked.length === 1);
  await ask(Cancel, { id: startTopUp.id });
  const second = ask(Ensure, { min: 3 });
  await untilQuiet(calls);
  await ask(Update, { id: 'course', input: { targetLanguage: 'fr', level: 'C1' } });
  for (const { open } of gates) open();
  expect((await second).ensureDialogs.unusedTotal).toBe(3);
  expect(languages()).toEqual(['es A2', 'fr C1', 'fr C1']);
});

test('a top-up that looks at all words again writes by the profile as it is then', async () => {
  const { ask, gates, generator, languages } = await heldCourse({ teaching: 1, pending: 1 });
  gates[0]?.open();
  await ask(Ensure, { min: 1 });
  const ensured = ask(Ensure, { min: 2 });
  await until(() => generator.asked.length === 2);
  await ask(Claim, {});
  await ask(Update, { id: 'course', input: { targetLanguage: 'fr', level: 'C1' } });
  for (const { open } of gates) open();
  expect((await ensured).ensureDialogs.unusedTotal).toBe(2);
  expect(languages()).toEqual(['es A2', 'es A2', 'fr C1']);
});

test('a pool that maintenance comes to after others is topped up by its profile as it is then', async () => {
  const store = await tempSqliteStore();
  const ids = Array.from({ length: 9 }, (_, i) => `course ${i}`);
  for (const id of ids) {
    await createCourse(store, { id, teaching: 3, minDialogs: 3 });
    await store.updateProfile(id, { autoTopUp: true });
  }
  const first = newGate();
  const generator = scriptedGenerator(undefined, { turn: () => first.opened });
  const paid = () => generator.asked.map(({ profile }) => `${profile.id} ${profile.targetLanguage}`);
  const { ask, pool } = await openTestApp({ store, generator, maintenanceMs: 20 });
  // Four pools are topped up at a time.
  await until(() => generator.asked.length === 12);
  const [off, less, gone, other, unchanged] = ids.filter((id) => !paid().includes(`${id} es`));
  await ask(Update, { id: `${off}`, input: { autoTopUp: false } });
  await ask(Update, { id: `${less}`, input: { minDialogs: 0 } });
  await ask(Delete, { id: `${gone}` });
  await ask(Update, { id: `${other}`, input: { targetLanguage: 'fr' } });
  first.open();
  const isFull = async (id: string | undefined) => (await store.unusedTotal(`${id}`)) === 3;
  await until(async () => (await isFull(other)) && (await isFull(unchanged)));
  await pool.finish(0);
  const later = paid().slice(12).toSorted();
  expect(later).toEqual(
    [other, other, other]
      .map((id) => `${id} fr`)
      .concat([unchanged, unchanged, unchanged].map((id) => `${id} es`))
      .toSorted(),
  );
});
