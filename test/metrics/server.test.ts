import { expect, test } from 'vitest';
import { providerFor, serverOn } from '../llm/course-server.ts';
import { writesDialogs } from '../llm/provider.ts';
import { openSpeechServer } from '../speech/speech-server.ts';
import { metricsIn, startingWith } from '../support/metrics.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { until } from '../support/until.ts';

const CREATE = `mutation {
  createProfile(input: { id: "anna-profile", name: "Anna", nativeLanguage: "en", targetLanguage: "de", refVoiceId: "marta-voice" }) { id }
  addWords(profileId: "anna-profile", words: [{ text: "Apfelbaum" }]) { added { id } }
}`;
const TOP_UP = 'mutation TopUp { ensureDialogs(profileId: "anna-profile", min: 1) { unusedTotal } }';
const CLAIM = 'mutation { claimDialogs(profileId: "anna-profile") { id } }';

test('a server measures requests, claims, top-ups, its store, and what the model and the voice are asked, without names and ids', async () => {
  const provider = await providerFor(writesDialogs);
  const isRefused = (text: string) => text.includes('bedeutet');
  const speech = await openSpeechServer(({ input }) => (isRefused(input) ? { status: 400 } : 'speak'));
  const server = await serverOn(await tempFolder(), provider, {
    TTS_BASE_URL: speech.baseUrl,
    TTS_MODEL: 'test-voice',
  });
  const report = async () => (await fetch(new URL('/metrics', server.url))).text();
  for (const query of [CREATE, TOP_UP, CLAIM]) {
    const answer = await fetch(server.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query }),
    });
    expect((await answer.json()).errors).toBeUndefined();
  }
  const SENTENCES = 'dialog_pool_voice_sentences_total';
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  await until(async () => sum(Object.values(startingWith(metricsIn(await report()), SENTENCES))) === 4);

  const text = await report();
  const metrics = metricsIn(text);
  const spoken = speech.inputs().filter((input) => !isRefused(input));
  expect(metrics).toMatchObject({
    'graphql_request_duration_seconds_count{operation="mutation",outcome="ok"}': 3,
    'dialog_pool_claims_total{outcome="hit"}': 1,
    'dialog_pool_claims_total{outcome="empty"}': 0,
    'dialog_pool_top_ups_total{generator="test-chat",outcome="SATISFIED"}': 1,
    'dialog_pool_dialogs_created_total{generator="test-chat"}': 1,
    'dialog_pool_generator_calls_total{generator="test-chat"}': 1,
    'dialog_pool_generator_tokens_total{generator="test-chat",direction="input"}': 100,
    'dialog_pool_generator_tokens_total{generator="test-chat",direction="output"}': 200,
    [`${SENTENCES}{model="test-voice",outcome="spoken"}`]: 3,
    [`${SENTENCES}{model="test-voice",outcome="failed"}`]: 1,
    'dialog_pool_voice_characters_total{model="test-voice"}': sum(spoken.map(({ length }) => length)),
    'dialog_pool_store_call_duration_seconds_count{method="createDialog",outcome="ok"}': 1,
  });
  expect(Object.keys(metrics)).toContain('nodejs_eventloop_lag_seconds');
  for (const name of ['anna', 'marta', 'Apfelbaum', 'TopUp']) expect(text).not.toContain(name);
});
