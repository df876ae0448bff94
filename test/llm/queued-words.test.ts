import { expect, onTestFinished, test } from 'vitest';
import { llmGenerator } from '../../src/adapters/llm/generator.ts';
import { graphql } from '../generated/index.ts';
import { createCourse } from '../support/course.ts';
import { newGate } from '../support/gate.ts';
import { memoryLog } from '../support/memory-log.ts';
import { movableClock } from '../support/movable-clock.ts';
import { NEVER } from '../support/never.ts';
import { openTestApp, tempSqliteStore } from '../support/test-app.ts';
import { traced, untilQuiet } from '../support/traced-store.ts';
import { until } from '../support/until.ts';
import { dialogJson, startProvider } from './provider.ts';

const Start = graphql(`
  mutation StartQueued { startTopUp(profileId: "late", min: 1) { id } }
`);

const Cancel = graphql(`
  mutation CancelQueued($id: ID!) { cancelTopUp(profileId: "late", topUpId: $id) { id } }
`);

const Remove = graphql(`
  mutation RemoveQueued($ids: [ID!]!) { removeWords(profileId: "late", wordIds: $ids) }
`);

const Ensure = graphql(`
  mutation EnsureQueued($id: ID!) {
    ensureDialogs(profileId: $id, min: 1) { unusedTotal outcome skipped { reason } }
  }
`);

/** An app whose model is writing a dialog for one profile, with another profile whose words wait for their turn. */
async function busyApp() {
  const answered = newGate();
  const provider = await startProvider(async ({ word }) => {
    await answered.opened;
    return { content: dialogJson(word) };
  });
  onTestFinished(() => provider.close());
  const clock = movableClock();
  const generator = llmGenerator(
    {
      baseUrl: provider.baseUrl,
      apiKey: null,
      model: 'test-chat',
      concurrency: 1,
      timeoutMs: 10_000,
      maxCallsPerHour: null,
    },
    { clock, log: memoryLog(), giveUp: NEVER },
  );
  const { store, calls } = traced(await tempSqliteStore());
  await createCourse(store, { id: 'early', teaching: 3 });
  const { words } = await createCourse(store, { id: 'late', teaching: 3 });
  const app = await openTestApp({ store, clock, generator });
  const early = app.ask(Ensure, { id: 'early' });
  await until(() => provider.calls.length === 1);
  const answer = async () => {
    answered.open();
    expect((await early).ensureDialogs.unusedTotal).toBe(1);
  };
  return { ...app, clock, words, provider, answer, untilQuiet: () => untilQuiet(calls) };
}

test('no call is made for a word that waits for its turn when its top-up is cancelled', async () => {
  const { ask, provider, answer, pool, untilQuiet } = await busyApp();
  const { id } = (await ask(Start, {})).startTopUp;
  await untilQuiet();
  await ask(Cancel, { id });
  await answer();
  await pool.finish(1_000);
  expect(provider.calls).toHaveLength(1);
});

test('no call is made for a word that was removed while it waited for its turn', async () => {
  const { ask, clock, words, provider, answer, untilQuiet } = await busyApp();
  const late = ask(Ensure, { id: 'late' });
  await untilQuiet();
  await ask(Remove, { ids: words.map(({ id }) => id) });
  clock.move(2_000);
  await answer();
  const { skipped, ...ended } = (await late).ensureDialogs;
  expect(ended).toEqual({ unusedTotal: 0, outcome: 'WORDS_EXHAUSTED' });
  expect(skipped.map(({ reason }) => reason)).toEqual(['TAKEN_ELSEWHERE']);
  expect(provider.calls).toHaveLength(1);
});
