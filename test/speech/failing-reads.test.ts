import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { expect, onTestFinished, test } from 'vitest';
import { openAudioFolder } from '../../src/adapters/audio-folder/audio-folder.ts';
import { type AudioStorage, AudioStorageFailed } from '../../src/ports/audio-storage.ts';
import { listen } from '../support/listen.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { openTestApp } from '../support/test-app.ts';
import { newHash } from './audio-storage-contract.ts';

const CHUNK = 100_000;
const CHUNKS = 10;

/** A server whose storage reads this many chunks of any recording and then fails. */
async function servedUntil(readable: number, failure: unknown = new AudioStorageFailed('the disk is gone')) {
  const folder = await openAudioFolder(await tempFolder());
  const name = await folder.save(newHash(), { format: 'wav', bytes: new Uint8Array(CHUNK * CHUNKS) });
  const audio: AudioStorage = {
    ...folder,
    async *read() {
      for (let i = 0; i < readable; i += 1) yield new Uint8Array(CHUNK);
      throw failure;
    },
  };
  const unhandled: unknown[] = [];
  const keep = (error: unknown) => unhandled.push(error);
  process.on('unhandledRejection', keep);
  onTestFinished(() => void process.off('unhandledRejection', keep));
  const { app, log } = await openTestApp({ audio });
  const endpoint = await listen(app);
  return {
    path: `/audio/${name}`,
    url: new URL(`/audio/${name}`, endpoint).href,
    app,
    endpoint,
    log,
    unhandled,
  };
}

async function expectToAnswer(endpoint: string): Promise<void> {
  const response = await fetch(`${endpoint}?query={__typename}`);
  expect(await response.json()).toEqual({ data: { __typename: 'Query' } });
}

test('if nothing of a recording can be read, the response is a 503', async () => {
  const { url, endpoint, log, unhandled } = await servedUntil(0);
  const response = await fetch(url);
  expect(response.status).toBe(503);
  expect(response.headers.get('retry-after')).toBe('5');
  expect(await response.json()).toEqual({
    errors: [
      {
        message: 'Recordings cannot be read just now. Send the same request again in a moment.',
        extensions: { code: 'STORE_UNAVAILABLE', retryable: true },
      },
    ],
  });
  expect(log.lines).toEqual([
    expect.stringMatching(/^warn a recording could not be served .*the disk is gone/),
  ]);
  await expectToAnswer(endpoint);
  expect(unhandled).toEqual([]);
});

test.each([
  ['with a known error', new AudioStorageFailed('the disk is gone')],
  ['with a defect', new TypeError('the disk is gone')],
])(
  'if reading fails in the middle %s, the connection is closed and the server continues',
  async (_, failure) => {
    const { url, endpoint, log, unhandled } = await servedUntil(3, failure);
    const request = get(url);
    const [response]: IncomingMessage[] = await once(request, 'response');
    expect(response?.statusCode).toBe(200);
    expect(response?.headers['content-length']).toBe(String(CHUNK * CHUNKS));
    let received = 0;
    const reading = (async () => {
      for await (const chunk of response ?? []) received += chunk.length;
    })();
    await expect(reading).rejects.toThrow('aborted');
    expect(received).toBeLessThanOrEqual(3 * CHUNK);
    expect(log.lines).toEqual([expect.stringMatching(/^warn a recording was broken off .*the disk is gone/)]);
    await expectToAnswer(endpoint);
    expect(unhandled).toEqual([]);
  },
);

test('a caller of the app without a network gets the failure itself', async () => {
  const { path, app, unhandled } = await servedUntil(3);
  const response = await app.fetch(`http://127.0.0.1${path}`);
  await expect(response.arrayBuffer()).rejects.toThrow('the disk is gone');
  expect(unhandled).toEqual([]);
});
