import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { inProcessEvents } from '../../src/adapters/system/in-process-events.ts';
import { templateGenerator } from '../../src/adapters/template/generator.ts';
import { openTracing } from '../../src/adapters/tracing/tracing.ts';
import { wrappedStore } from '../../src/ports/store-calls.ts';
import { NO_TRACES } from '../../src/ports/top-up-traces.ts';
import { providerFor } from '../llm/course-server.ts';
import { writesDialogs } from '../llm/provider.ts';
import { openSpeechServer } from '../speech/speech-server.ts';
import { newGate } from '../support/gate.ts';
import { memoryLog } from '../support/memory-log.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { tempSqliteStore } from '../support/test-app.ts';
import { until } from '../support/until.ts';
import type { ExportedSpan } from './collector.ts';
import { startTracedServer } from './traced-server.ts';

const KEY = 'sk-traced-5f1b7c90aa3e';
const TRACE = '0af7651916cd43dd8448eb211c80319c';
const OTHER_TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const traceparent = (traceId: string) => ({ traceparent: `00-${traceId}-b7ad6b7169203331-01` });

const CREATE = `mutation Create {
  createProfile(input: { id: "anna-profile", name: "Anna", nativeLanguage: "en", targetLanguage: "de", refVoiceId: "marta-voice" }) { id }
  addWords(profileId: "anna-profile", words: [{ text: "Apfelbaum" }, { text: "Birnbaum" }]) { added { id } }
}`;

function named(spans: readonly ExportedSpan[], name: string): ExportedSpan[] {
  return spans.filter((span) => span.name === name);
}

/** The names of the spans above a span, nearest first. */
function above(spans: readonly ExportedSpan[], { parentSpanId }: ExportedSpan): string[] {
  const parent = spans.find(({ spanId }) => spanId === parentSpanId);
  return parent === undefined ? [] : [parent.name, ...above(spans, parent)];
}

test('the trace of a request goes on through its top-up to the model, the voice and the store', async () => {
  const gate = newGate();
  const provider = await providerFor(async (call) => {
    await gate.opened;
    return writesDialogs(call);
  });
  const speech = await openSpeechServer();
  const server = await startTracedServer({
    LLM_BASE_URL: provider.baseUrl,
    LLM_API_KEY: KEY,
    LLM_MODEL: 'test-chat',
    TTS_BASE_URL: speech.baseUrl,
    TTS_API_KEY: KEY,
    TTS_MODEL: 'test-voice',
  });
  await server.post(CREATE);
  const ensuring = server.post(
    'mutation TopUp { ensureDialogs(profileId: "anna-profile", min: 2) { unusedTotal } }',
    { ...traceparent(TRACE), 'x-request-id': 'the-top-up', baggage: 'tenant=baggage-of-the-client' },
  );
  await until(() => provider.open === 2);
  await server.post(
    'mutation { startTopUp(profileId: "anna-profile", min: 2) { id } again: startTopUp(profileId: "anna-profile", min: 2) { id } }',
    traceparent(OTHER_TRACE),
  );
  gate.open();
  expect(await (await ensuring).json()).toEqual({ data: { ensureDialogs: { unusedTotal: 2 } } });
  // Each dialog has four sentences, of which the two have two in common.
  await until(() => speech.calls.length === 6);
  const { collector } = server;
  expect(collector.spans).toEqual([]);
  await server.stop();

  const spans = collector.spans.filter(({ traceId }) => traceId === TRACE);
  const [request] = named(spans, 'POST /graphql');
  expect(request).toMatchObject({
    kind: 'server',
    parentSpanId: 'b7ad6b7169203331',
    isError: false,
    links: [],
  });
  expect(request?.attributes).toEqual({
    'http.request.method': 'POST',
    'url.scheme': 'http',
    'url.path': '/graphql',
    'http.route': '/graphql',
    'server.address': '127.0.0.1',
    'server.port': Number(new URL(server.url).port),
    'network.protocol.version': '1.1',
    'http.response.header.x-request-id': 'a list',
    'graphql.operation.type': 'mutation',
    'graphql.operation.name': 'TopUp',
    'http.response.status_code': 200,
  });
  const [topUp] = named(spans, 'top-up');
  expect(topUp).toMatchObject({ kind: 'internal', parentSpanId: request?.spanId, isError: false });
  expect(topUp?.attributes).toEqual({
    'dialog_pool.top_up.id': expect.any(String),
    'dialog_pool.top_up.outcome': 'SATISFIED',
    'dialog_pool.top_up.min': 2,
    'dialog_pool.top_up.created': 2,
    'dialog_pool.top_up.skipped': 0,
    'dialog_pool.paid_calls': 2,
  });
  const generations = named(spans, 'chat test-chat');
  expect(generations).toHaveLength(2);
  for (const generation of generations) {
    expect(generation).toMatchObject({ kind: 'client', parentSpanId: topUp?.spanId, isError: false });
    expect(generation.attributes).toEqual({
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'openai',
      'gen_ai.request.model': 'test-chat',
      'server.address': '127.0.0.1',
      'server.port': Number(new URL(provider.baseUrl).port),
      'dialog_pool.paid_calls': 1,
      'gen_ai.usage.input_tokens': 100,
      'gen_ai.usage.output_tokens': 200,
    });
  }
  const sentences = named(spans, 'text_to_speech test-voice');
  expect(sentences).toHaveLength(6);
  expect(sentences[0]).toMatchObject({ kind: 'client', parentSpanId: topUp?.spanId });
  const created = named(spans, 'createDialog');
  expect(created.map((span) => above(spans, span))).toEqual(Array(2).fill(['top-up', 'POST /graphql']));
  expect(created[0]).toMatchObject({
    kind: 'client',
    attributes: { 'db.system.name': 'sqlite', 'db.operation.name': 'createDialog' },
  });

  // The request that joins has a link to the top-up that another one has begun.
  const joined = collector.spans.find(
    ({ name, traceId }) => name === 'POST /graphql' && traceId === OTHER_TRACE,
  );
  expect(joined?.links).toEqual([topUp?.spanId]);
  expect(named(collector.spans, 'top-up')).toHaveLength(1);

  // Nothing of the contents, the learner or the keys leaves with the spans, and no trace context goes to the providers.
  const contents = [
    'baum',
    'bedeutet',
    'Anna',
    'anna-profile',
    'marta-voice',
    KEY,
    'ensureDialogs(',
    'tenant',
  ];
  expect(contents.filter((text) => collector.sent().includes(text))).toEqual([]);
  expect(
    speech.calls.flatMap(({ headers }) => [headers.traceparent, headers.tracestate, headers.baggage]),
  ).toEqual(speech.calls.flatMap(() => [undefined, undefined, undefined]));
});

test('faults of the server are errors, and mistakes of callers are not; a stream is one span', async () => {
  const provider = await providerFor(() => ({ status: 401, body: `wrong key ${KEY}` }));
  const folder = await tempFolder();
  const server = await startTracedServer({
    DATA_DIR: folder,
    LLM_BASE_URL: provider.baseUrl,
    LLM_API_KEY: KEY,
    LLM_MODEL: 'test-chat',
  });
  await server.post(CREATE);
  await server.post('mutation Refused { ensureDialogs(profileId: "anna-profile", min: 2) { outcome } }');
  await server.post('mutation Mistaken { ensureDialogs(profileId: "anna-profile", min: 501) { outcome } }');
  for (const path of ['/export/anna-profile.csv', '/anna-profile', '/health', '/metrics']) {
    await (await fetch(new URL(path, server.url))).arrayBuffer();
  }
  const stream = await server.post('subscription Watch { pool(profileId: "anna-profile") { unusedTotal } }', {
    accept: 'text/event-stream',
  });
  await stream.body?.cancel();
  await rm(join(folder, 'dialog-pool.sqlite'));
  const longName = 'Failing'.padEnd(300, 'x');
  await server.post(`mutation ${longName} { deleteProfile(id: "anna-profile") }`);
  const lines = (await server.stop()).split('\n').filter((line) => line.includes('"msg":"request"'));

  const { spans } = server.collector;
  const [topUp] = named(spans, 'top-up');
  expect(topUp).toMatchObject({ isError: true, attributes: { 'error.type': 'GENERATOR_UNAVAILABLE' } });
  const [generation] = named(spans, 'chat test-chat');
  expect(generation).toMatchObject({ isError: true, attributes: { 'error.type': 'GeneratorFailed' } });
  const operation = (name: string) =>
    spans.find(({ attributes }) => attributes['graphql.operation.name'] === name);
  expect(operation('Refused')?.attributes).not.toHaveProperty('error.type');
  // The log line of a request has the trace that begins with it.
  const line = lines.find((text) => text.includes('"operation":"Mistaken"'));
  expect(line).toContain(`"traceId":"${operation('Mistaken')?.traceId}"`);
  expect(operation('Mistaken')).toMatchObject({
    isError: false,
    attributes: { 'error.type': 'BAD_USER_INPUT' },
  });
  expect(operation(longName.slice(0, 200))).toMatchObject({
    isError: true,
    attributes: { 'error.type': 'STORE_UNAVAILABLE', 'http.response.status_code': 200 },
  });
  expect(named(spans, 'deleteProfile')[0]).toMatchObject({
    isError: true,
    attributes: { 'error.type': 'STORE_UNAVAILABLE' },
  });
  expect(operation('Watch')).toMatchObject({
    isError: false,
    attributes: { 'graphql.operation.type': 'subscription', 'http.response.status_code': 200 },
  });
  // The poll for changes of other processes would fill the trace of a stream that is open for hours.
  expect(named(spans, 'changeMark')).toEqual([]);
  const paths = spans.filter(({ kind }) => kind === 'server').map(({ attributes }) => attributes['url.path']);
  expect(paths.filter((path) => path !== '/graphql')).toEqual(['/export/REDACTED', '/REDACTED']);
  const contents = ['baum', 'anna-profile', KEY, 'wrong key'];
  expect(contents.filter((text) => server.collector.sent().includes(text))).toEqual([]);
});

test('without an SDK, nothing is wrapped', async () => {
  const tracing = openTracing();
  const store = await tempSqliteStore();
  expect(wrappedStore(store, [tracing.storeCalls('sqlite')])).toEqual(store);
  const generator = templateGenerator();
  expect(tracing.generator(generator, { model: 'm', baseUrl: 'http://127.0.0.1' })).toBe(generator);
  const listener = () => undefined;
  expect(tracing.requests(listener, { routeOf: () => null, untraced: [] })).toBe(listener);
  expect(tracing.topUps(inProcessEvents(memoryLog()))).toBe(NO_TRACES);
});
