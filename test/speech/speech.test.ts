import { once } from 'node:events';
import { createServer } from 'node:http';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { createSpeech } from '../../src/adapters/speech/speech.ts';
import type { Recording } from '../../src/model/recording.ts';
import { SentenceFailed, VoiceFailed } from '../../src/ports/voice.ts';
import { type Answer, openSpeechServer, type SpeechServer } from './speech-server.ts';
import { wavTone } from './wav.ts';

const KEY = 'sk-very-secret-0123456789';
const hola = { text: '¿Dónde está «la llave»?', language: 'es', voice: 'marta' };

function speak(
  server: { baseUrl: string },
  { timeoutMs = 20_000, signal = new AbortController().signal } = {},
): Promise<Recording> {
  const { baseUrl } = server;
  return createSpeech({ baseUrl, apiKey: KEY, model: 'voice-1', concurrency: 4, timeoutMs }).speak(
    hola,
    signal,
  );
}

/** The failure of a sentence, for which the server gives these answers one after the other, the last for good. */
async function failureAfter(...answers: Answer[]): Promise<{ error: Error; server: SpeechServer }> {
  const server = await openSpeechServer(() => answers.shift() ?? 'speak');
  const timeoutMs = answers.includes('hang') ? 300 : 20_000;
  const error = await speak(server, { timeoutMs }).catch((thrown: unknown) => thrown);
  if (!(error instanceof Error)) throw new Error('the sentence was spoken');
  return { error, server };
}

/** Where a server has stopped listening. */
async function closedBaseUrl(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  if (address === null || typeof address === 'string') throw new Error('not listening on a port');
  return `http://127.0.0.1:${address.port}/v1`;
}

describe('asking for speech', () => {
  test('sends the text, the voice, the model and the format as OpenAI names them, with the key as a bearer', async () => {
    const server = await openSpeechServer();
    const recording = await speak(server);
    expect(recording).toEqual({ format: 'wav', bytes: wavTone(0.05) });
    expect(server.calls).toEqual([
      expect.objectContaining({
        path: 'POST /v1/audio/speech',
        model: 'voice-1',
        input: hola.text,
        voice: 'marta',
        response_format: 'mp3',
        headers: expect.objectContaining({
          authorization: `Bearer ${KEY}`,
          'content-type': 'application/json',
        }),
      }),
    ]);
  });

  test('sends no authorization to a server that needs none, and does not double a slash', async () => {
    const server = await openSpeechServer();
    const baseUrl = `${server.baseUrl}/`;
    const voice = createSpeech({ baseUrl, apiKey: null, model: 'm', concurrency: 1, timeoutMs: 20_000 });
    await voice.speak(hola, new AbortController().signal);
    expect(server.calls[0]?.path).toBe('POST /v1/audio/speech');
    expect(server.calls[0]?.headers).not.toHaveProperty('authorization');
  });

  test('names the format by the content type of the answer, not by the one asked for', async () => {
    const types = {
      'audio/mpeg': 'mp3',
      'audio/x-wav; rate=8000': 'wav',
      'Audio/Opus': 'ogg',
      'audio/aac': 'aac',
    };
    for (const [contentType, format] of Object.entries(types)) {
      const server = await openSpeechServer(() => ({ contentType, body: 'sound' }));
      expect((await speak(server)).format).toBe(format);
    }
  });
});

describe('answers that are no recording', () => {
  test.each([
    ['text', { contentType: 'text/html', body: '<p>busy</p>' }, 'no audio'],
    ['samples without a header', { contentType: 'audio/pcm', body: 'x' }, 'no audio'],
    ['a type named like a property of every object', { contentType: 'constructor', body: 'x' }, 'no audio'],
    ['no content type', { status: 200, body: 'x' }, 'no audio'],
    ['nothing', { contentType: 'audio/mpeg', body: '' }, 'empty'],
    ['10 MB and a byte', { contentType: 'audio/mpeg', body: Buffer.alloc(10 * 1024 * 1024 + 1) }, 'larger'],
    ['no end', 'endless', 'larger'],
  ] satisfies [string, Answer, string][])(
    '%s fails the sentence after one call',
    async (_, answer, message) => {
      const { error, server } = await failureAfter(answer);
      expect(error).toBeInstanceOf(SentenceFailed);
      expect(error.message).toContain(message);
      expect(server.calls).toHaveLength(1);
    },
  );

  test('200 MB, compressed to 200 KB, fail the sentence and are not unpacked in memory', async () => {
    const body = gzipSync(Buffer.alloc(200 * 1024 * 1024), { level: 9 });
    const before = process.memoryUsage().rss;
    let highest = before;
    const watching = setInterval(() => {
      highest = Math.max(highest, process.memoryUsage().rss);
    }, 1);
    const headers = { 'content-type': 'audio/mpeg', 'content-encoding': 'gzip' };
    const { error, server } = await failureAfter({ status: 200, headers, body });
    clearInterval(watching);
    expect(error).toBeInstanceOf(SentenceFailed);
    expect(error.message).toContain('larger');
    expect(server.calls).toHaveLength(1);
    expect(highest - before).toBeLessThan(64 * 1024 * 1024);
  });

  test('a refusal whose body unpacks to 200 MB is told by its status', async () => {
    const body = gzipSync(Buffer.alloc(200 * 1024 * 1024, 'x'), { level: 9 });
    const { error } = await failureAfter({ status: 400, headers: { 'content-encoding': 'gzip' }, body });
    expect(error).toBeInstanceOf(SentenceFailed);
    expect(error.message).toBe('the speech service answered 400');
  });

  test('10 MB are not too large', async () => {
    const body = Buffer.alloc(10 * 1024 * 1024, 1);
    const server = await openSpeechServer(() => ({ contentType: 'audio/mpeg', body }));
    expect((await speak(server)).bytes.length).toBe(body.length);
  });
});

describe('failures', () => {
  test.each([401, 402, 403, 404, 405, 307])(
    '%i fails the voice as a whole after one call',
    async (status) => {
      const { error, server } = await failureAfter({ status, headers: { location: '/elsewhere' } });
      expect(error).toBeInstanceOf(VoiceFailed);
      expect(server.calls).toHaveLength(1);
    },
  );

  test.each([400, 413, 422])('%i fails the sentence after one call', async (status) => {
    const { error, server } = await failureAfter({ status });
    expect(error).toBeInstanceOf(SentenceFailed);
    expect(server.calls).toHaveLength(1);
  });

  test.each([
    [503, SentenceFailed],
    [500, SentenceFailed],
    [408, SentenceFailed],
    [429, VoiceFailed],
  ])('%i is tried three times before it is a failure', async (status, kind) => {
    const refused: Answer = { status, headers: { 'retry-after': '0' } };
    const { error, server } = await failureAfter(refused, refused, refused);
    expect(error).toBeInstanceOf(kind);
    expect(server.calls).toHaveLength(3);
  });

  test('what passes by the third attempt is no failure', async () => {
    const answers: Answer[] = [{ status: 429, headers: { 'retry-after': '0' } }, 'reset'];
    const server = await openSpeechServer(() => answers.shift() ?? 'speak');
    expect((await speak(server)).format).toBe('wav');
    expect(server.calls).toHaveLength(3);
  });

  test('a pause is kept as the server asks for it', async () => {
    let open = 0;
    const server = await openSpeechServer(() => {
      if (open > 0) return Date.now() >= open ? 'speak' : { status: 400 };
      open = Date.now() + 900;
      return { status: 503, headers: { 'retry-after': '1' } };
    });
    expect((await speak(server)).format).toBe('wav');
  });

  test('a pause of more than ten seconds is not waited for', async () => {
    const { error, server } = await failureAfter({ status: 429, headers: { 'retry-after': '60' } });
    expect(error).toBeInstanceOf(VoiceFailed);
    expect(server.calls).toHaveLength(1);
  });

  test.each(['reset', 'break-off'] as const)(
    'a connection that ends with "%s" is tried again',
    async (answer) => {
      const { error, server } = await failureAfter(answer, answer, answer);
      expect(error).toBeInstanceOf(SentenceFailed);
      expect(server.calls).toHaveLength(3);
    },
  );

  test('an attempt that hangs ends at its deadline and is not repeated, since it may be paid for', async () => {
    const { error, server } = await failureAfter('hang');
    expect(error).toBeInstanceOf(SentenceFailed);
    expect(error.message).toContain('300 ms');
    expect(server.calls).toHaveLength(1);
  });

  test('a server that nobody listens for fails the voice as a whole', async () => {
    // The first port is free again; to the second, fetch opens no connection.
    for (const baseUrl of [await closedBaseUrl(), 'http://127.0.0.1:9/v1']) {
      await expect(speak({ baseUrl })).rejects.toThrow(VoiceFailed);
    }
  });

  test('no attempt begins when none may', async () => {
    const ending = new AbortController();
    const server = await openSpeechServer(() => {
      ending.abort();
      return { status: 503, headers: { 'retry-after': '0' } };
    });
    await expect(speak(server, { signal: ending.signal })).rejects.toThrow(SentenceFailed);
    expect(server.calls).toHaveLength(1);
  });
});

describe('the key', () => {
  test.each([401, 403])('is not in the error, nor is anything else that answers %i', async (status) => {
    const { error } = await failureAfter({ status, body: `{"error":"Incorrect API key ${KEY}"}` });
    expect(error.message).toBe(`the speech service answered ${status}`);
  });

  test.each([
    ['whole', KEY],
    ['in part', `${KEY.slice(0, 8)}****`],
    ['by its end', `****${KEY.slice(-6)}`],
    ['escaped as JSON does', KEY.replaceAll('-', '\\u002d').replaceAll('0', '\\u0030')],
  ])('is not in the error where the server repeats it %s', async (_, repeated) => {
    const { error } = await failureAfter({
      status: 400,
      body: `{"error": "Incorrect key ${repeated} given"}`,
    });
    expect(error.message).toBe('the speech service answered 400: {"error": "Incorrect key [key] given"}');
    expect(`${error.stack} ${JSON.stringify(error)} ${String(error.cause)}`).not.toContain(repeated);
  });

  test('is not in the error where no header may hold it', () => {
    const make = () =>
      createSpeech({
        baseUrl: 'http://127.0.0.1:9',
        apiKey: `${KEY}\n`,
        model: 'm',
        concurrency: 1,
        timeoutMs: 1,
      });
    const unsendable = () =>
      createSpeech({
        baseUrl: 'http://127.0.0.1:9',
        apiKey: `${KEY}\nx`,
        model: 'm',
        concurrency: 1,
        timeoutMs: 1,
      });
    expect(make).not.toThrow();
    expect(unsendable).toThrow(/^the key of the speech service has characters/);
  });
});
