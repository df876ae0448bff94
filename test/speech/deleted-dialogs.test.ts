import { expect, test } from 'vitest';
import { graphql } from '../generated/index.ts';
import { newGate } from '../support/gate.ts';
import { until } from '../support/until.ts';
import { openSpeechServer } from './speech-server.ts';
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
