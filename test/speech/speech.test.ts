import { once } from 'node:events';
import { createServer } from 'node:http';
import { describe, expect, test } from 'vitest';
import { createSpeech, type SpeechOptions } from '../../src/adapters/speech/speech.ts';
import { SentenceFailed, type Voice, VoiceFailed } from '../../src/ports/voice.ts';
import { gzipBomb } from '../support/gzip-bomb.ts';
import { HastyClock } from '../support/hasty-clock.ts';
import { memoryPeak } from '../support/memory-peak.ts';
import { NEVER } from '../support/never.ts';
import { type Answer, openSpeechServer, type SpeechServer } from './speech-server.ts';
import { wavTone } from './wav.ts';

const KEY = 'sk-very-secret-0123456789';
const hola = { text: '¿Dónde está «la llave»?', language: 'es', voice: 'marta' };
const MEGABYTE = 1024 * 1024;

function voiceAt(
  { baseUrl }: { baseUrl: string },
  options: Partial<SpeechOptions> = {},
): { voice: Voice; clock: HastyClock } {
  const clock = new HastyClock();
  const voice = createSpeech(
    { baseUrl, apiKey: KEY, model: 'voice-1', concurrency: 4, timeoutMs: 20_000, ...options },
    { clock, random: () => 0.5, giveUp: NEVER },
  );
  return { voice, clock };
}

/** A server that gives these answers, one after the other, and then speaks. */
function serverWith(...answers: Answer[]): Promise<SpeechServer> {
  return openSpeechServer(() => answers.shift() ?? 'speak');
}

/** The failure of a sentence for which the server gives these answers. */
async function failureAfter(...answers: Answer[]) {
  const server = await serverWith(...answers);
  const timeoutMs = answers.includes('hang') ? 300 : 20_000;
  const { voice, clock } = voiceAt(server, { timeoutMs });
  const error = await voice.speak(hola, NEVER).catch((thrown: unknown) => thrown);
  if (!(error instanceof Error)) throw new Error('the sentence was spoken');
  return { error, server, clock };
}

/** The URL of a server that has stopped listening. */
async function closedBaseUrl(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  if (address === null || typeof address === 'string') throw new Error('not listening on a port');
  return `http://127.0.0.1:${address.port}/v1`;
}

describe('a request', () => {
  test('has the text, the voice, the model and the format in the fields of OpenAI, and the key as a bearer token', async () => {
    const server = await openSpeechServer();
    const recording = await voiceAt(server).voice.speak(hola, NEVER);
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

  test('has no authorization if there is no key, and no doubled slash if the URL ends with one', async () => {
    const server = await openSpeechServer();
    const { voice } = voiceAt({ baseUrl: `${server.baseUrl}/` }, { apiKey: null });
    await voice.speak(hola, NEVER);
    expect(server.calls[0]?.path).toBe('POST /v1/audio/speech');
    expect(server.calls[0]?.headers).not.toHaveProperty('authorization');
  });

  test.each([
    ['audio/mpeg', 'mp3'],
    ['audio/x-wav; rate=8000', 'wav'],
    ['Audio/Opus', 'ogg'],
    ['audio/aac', 'aac'],
  ])('that is answered with %s gives a recording of format %s', async (contentType, format) => {
    const server = await openSpeechServer(() => ({ contentType, body: 'sound' }));
    expect((await voiceAt(server).voice.speak(hola, NEVER)).format).toBe(format);
  });
});

describe('an answer that is not a recording', () => {
  test.each([
    ['text', { contentType: 'text/html', body: '<p>busy</p>' }, 'not audio'],
    ['samples without a header', { contentType: 'audio/pcm', body: 'x' }, 'not audio'],
    ['a type named like a property of every object', { contentType: 'constructor', body: 'x' }, 'not audio'],
    ['no content type', { status: 200, body: 'x' }, 'not audio'],
    ['an empty body', { contentType: 'audio/mpeg', body: '' }, 'empty'],
    ['10 MB and a byte', { contentType: 'audio/mpeg', body: Buffer.alloc(10 * MEGABYTE + 1) }, 'larger'],
    ['an endless body', 'endless', 'larger'],
  ] satisfies [string, Answer, string][])(
    '(%s) fails the sentence after one call',
    async (_, answer, message) => {
      const { error, server } = await failureAfter(answer);
      expect(error).toBeInstanceOf(SentenceFailed);
      expect(error.message).toContain(message);
      expect(server.calls).toHaveLength(1);
    },
  );

  test('(200 MB, compressed to 200 KB) fails the sentence and is not unpacked in memory', async () => {
    const headers = { 'content-type': 'audio/mpeg', 'content-encoding': 'gzip' };
    const server = await serverWith({ status: 200, headers, body: gzipBomb('\0') });
    const { voice } = voiceAt(server);
    const growth = await memoryPeak(async () => {
      const speaking = voice.speak(hola, NEVER);
      await expect(speaking).rejects.toThrow(SentenceFailed);
      await expect(speaking).rejects.toThrow('larger');
    });
    expect(server.calls).toHaveLength(1);
    expect(growth).toBeLessThan(64 * MEGABYTE);
  });

  test('does not leave its connection open', async () => {
    const server = await serverWith({ contentType: 'text/html', body: Buffer.alloc(30 * MEGABYTE, 'x') });
    // The deadline would close it as well.
    const { voice } = voiceAt(server, { timeoutMs: 600_000 });
    await expect(voice.speak(hola, NEVER)).rejects.toThrow('not audio');
    await server.untilIdle();
  });
});

test('a recording of 10 MB is accepted', async () => {
  const body = Buffer.alloc(10 * MEGABYTE, 1);
  const server = await openSpeechServer(() => ({ contentType: 'audio/mpeg', body }));
  expect((await voiceAt(server).voice.speak(hola, NEVER)).bytes.length).toBe(body.length);
});

describe('a failure', () => {
  test.each([401, 402, 403, 404, 405, 307])('with %i fails the voice after one call', async (status) => {
    const { error, server } = await failureAfter({ status, headers: { location: '/elsewhere' } });
    expect(error).toBeInstanceOf(VoiceFailed);
    expect(server.calls).toHaveLength(1);
  });

  test.each([400, 413, 422])('with %i fails the sentence after one call', async (status) => {
    const { error, server } = await failureAfter({ status });
    expect(error).toBeInstanceOf(SentenceFailed);
    expect(server.calls).toHaveLength(1);
  });

  test.each([
    [503, SentenceFailed],
    [500, SentenceFailed],
    [408, SentenceFailed],
    [429, VoiceFailed],
  ])('with %i is reported after three calls', async (status, kind) => {
    const { error, server, clock } = await failureAfter({ status }, { status }, { status });
    expect(error).toBeInstanceOf(kind);
    expect(server.calls).toHaveLength(3);
    expect(clock.slept).toEqual([500, 1_000]);
  });

  test('because of a used up quota fails the voice after one call', async () => {
    const body = '{"error":{"message":"You exceeded your quota","type":"insufficient_quota"}}';
    const { error, server } = await failureAfter({ status: 429, body });
    expect(error).toBeInstanceOf(VoiceFailed);
    expect(error.message).toBe(
      'the speech service answered 429 (insufficient_quota): You exceeded your quota',
    );
    expect(server.calls).toHaveLength(1);
  });

  test('that is over by the third call is not reported', async () => {
    const server = await serverWith({ status: 429 }, 'reset');
    expect((await voiceAt(server).voice.speak(hola, NEVER)).format).toBe('wav');
    expect(server.calls).toHaveLength(3);
  });

  test.each([
    ['0', 0],
    ['9', 9_000],
  ])('with Retry-After: %s is followed by a pause of that length', async (retryAfter, pause) => {
    const server = await serverWith({ status: 503, headers: { 'retry-after': retryAfter } });
    const { voice, clock } = voiceAt(server);
    await voice.speak(hola, NEVER);
    expect(clock.slept).toEqual([pause]);
  });

  test('with a Retry-After of more than ten seconds is reported at once', async () => {
    const { error, server } = await failureAfter({ status: 429, headers: { 'retry-after': '11' } });
    expect(error).toBeInstanceOf(VoiceFailed);
    expect(server.calls).toHaveLength(1);
  });

  test.each(['reset', 'break-off'] as const)(
    'of the connection ("%s") is reported after three calls',
    async (answer) => {
      const { error, server } = await failureAfter(answer, answer, answer);
      expect(error).toBeInstanceOf(SentenceFailed);
      expect(server.calls).toHaveLength(3);
    },
  );

  test('to answer within the deadline fails the sentence after one call, since it may have been paid for', async () => {
    const { error, server } = await failureAfter('hang');
    expect(error).toBeInstanceOf(SentenceFailed);
    expect(error.message).toContain('300 ms');
    expect(server.calls).toHaveLength(1);
  });

  test('to connect fails the voice', async () => {
    // Nothing listens on the first port, and fetch opens no connection to the second.
    for (const baseUrl of [await closedBaseUrl(), 'http://127.0.0.1:9/v1']) {
      const { voice, clock } = voiceAt({ baseUrl });
      await expect(voice.speak(hola, NEVER)).rejects.toThrow(VoiceFailed);
      expect(clock.slept).toEqual([]);
    }
  });

  test('whose body unpacks to 200 MB is reported by its status', async () => {
    const headers = { 'content-encoding': 'gzip' };
    const { error } = await failureAfter({ status: 400, headers, body: gzipBomb('x') });
    expect(error).toBeInstanceOf(SentenceFailed);
    expect(error.message).toBe('the speech service answered 400');
  });
});

test('after the signal is aborted, no further call is made', async () => {
  const ending = new AbortController();
  const server = await openSpeechServer(() => {
    ending.abort();
    return { status: 503 };
  });
  const { voice } = voiceAt(server);
  await expect(voice.speak(hola, ending.signal)).rejects.toThrow(SentenceFailed);
  await expect(voice.speak(hola, ending.signal)).rejects.toThrow(SentenceFailed);
  expect(server.calls).toHaveLength(1);
});

describe('the key', () => {
  test.each([401, 403])('is not in the error of a %i, nor is anything else of its body', async (status) => {
    const { error } = await failureAfter({ status, body: `{"error":"Incorrect API key ${KEY}"}` });
    expect(error.message).toBe(`the speech service answered ${status}`);
  });

  test.each([
    ['whole', KEY],
    ['in part', `${KEY.slice(0, 8)}****`],
    ['by its end', `****${KEY.slice(-6)}`],
    ['with JSON escapes', KEY.replace(/[-0]/gu, (character) => (character === '-' ? '\\u002d' : '\\u0030'))],
  ])('is not in the error if the server repeats it %s', async (_, repeated) => {
    for (const [body, detail] of [
      [`{"error": "Incorrect key ${repeated} given"}`, 'Incorrect key [key] given'],
      [`Incorrect key\n${repeated} given`, 'Incorrect key [key] given'],
    ] as const) {
      const { error } = await failureAfter({ status: 400, body });
      expect(error.message).toBe(`the speech service answered 400: ${detail}`);
      expect(`${error.stack} ${JSON.stringify(error)} ${String(error.cause)}`).not.toContain(repeated);
    }
  });

  test('is not in the error if a header cannot hold it', () => {
    const server = { baseUrl: 'http://127.0.0.1:9' };
    expect(() => voiceAt(server, { apiKey: `${KEY}\n` })).not.toThrow();
    expect(() => voiceAt(server, { apiKey: `${KEY}\nx` })).toThrow(
      /^the key of the speech service has characters that no header may have$/,
    );
  });
});
