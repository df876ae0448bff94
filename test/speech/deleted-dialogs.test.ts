import { expect, test } from 'vitest';
import { graphql } from '../generated/index.ts';
import { createCourse } from '../support/course.ts';
import { newGate } from '../support/gate.ts';
import { openTestApp, tempSqliteStore } from '../support/test-app.ts';
import { traced } from '../support/traced-store.ts';
import { until } from '../support/until.ts';
import { openSpeechServer } from './speech-server.ts';
import { talkGenerator } from './talk-generator.ts';
import { openVoicedApp } from './voiced-app.ts';

const DeleteProfile = graphql(`
  mutation DeleteVoicedProfile { deleteProfile(id: "ana") }
`);

const RemoveWords = graphql(`
  mutation RemoveVoicedWords($ids: [ID!]!) { removeWords(profileId: "ana", wordIds: $ids) }
`);

/** An app that is buying the first of 13 sentences, one after the other. */
async function voicingApp() {
  const gate = newGate();
  const server = await openSpeechServer(() => ({ when: gate.opened }));
  const app = await openVoicedApp(server, { concurrency: 1 });
  await app.addProfile('ana', 12, 'marta');
  await app.ensure('ana');
  await until(() => server.calls.length === 1);
  return { ...app, server, answer: gate.open };
}

test('no sentence is bought for dialogs of a profile that was deleted', async () => {
  const { ask, answer, server, addProfile, ensure, untilVoiced } = await voicingApp();
  await ask(DeleteProfile, {});
  answer();
  // The sentences of another profile come after all of these. Two of them are bought.
  await addProfile('ben', 1, 'pedro');
  await ensure('ben');
  await untilVoiced('ben', 1);
  expect(server.calls).toHaveLength(1 + 2);
});

test('no sentence is bought for dialogs that were removed with their words', async () => {
  const { ask, answer, server, store, pool } = await voicingApp();
  const { nodes } = await store.wordPage('ana', null, { first: 12, after: null });
  await ask(RemoveWords, { ids: nodes.slice(1).map(({ id }) => id) });
  answer();
  await until(async () => (await pool('ana')).voicedTotal === 1);
  // The first one may have been of any dialog. The dialog that is left has two sentences.
  expect(server.calls.length).toBeLessThanOrEqual(1 + 2);
});

test('a sentence of dialogs that were removed is bought for those that are voiced after them', async () => {
  const { store, calls } = traced(await tempSqliteStore());
  await createCourse(store, { id: 'ana', teaching: 30 });
  await store.updateProfile('ana', { refVoiceId: 'marta' });
  const silent = await openTestApp({ store, generator: talkGenerator });
  await silent.pool.ensureDialogs('ana', 30);
  const gate = newGate();
  const server = await openSpeechServer(() => ({ when: gate.opened }));
  const app = await openVoicedApp(server, { store, concurrency: 1 });
  await app.addProfile('ben', 1, 'pedro');
  await app.ensure('ben');
  await until(() => server.calls.length === 1);
  // The first dialogs are voiced together. They wait for the sentence of the other profile.
  const { nodes } = await store.silentDialogPage('ana', { first: 25, after: null });
  const pages = () =>
    calls.filter(({ name, ended }) => name === 'silentDialogPage' && Number.isFinite(ended));
  const before = pages().length;
  const voicing = app.voice('ana');
  await until(() => pages().length > before);
  await app.ask(RemoveWords, { ids: nodes.map(({ wordId }) => wordId) });
  gate.open();
  expect(await voicing).toEqual({ voiced: 5 * 3, silent: 0 });
});
