import { randomBytes } from 'node:crypto';
import { readdir, readlink } from 'node:fs/promises';
import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { openAudioBlobs } from '../../src/adapters/audio-blob/audio-blob.ts';
import { openAudioFolder } from '../../src/adapters/audio-folder/audio-folder.ts';
import { serve } from '../../src/http/serve.ts';
import type { AudioStorage } from '../../src/ports/audio-storage.ts';
import { startFaultyProxy } from '../cosmos/faulty-proxy.ts';
import { type Azurite, startAzurite } from '../emulators/azurite.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { openTestApp } from '../support/test-app.ts';
import { newHash } from './audio-storage-contract.ts';

let azurite: Azurite;
beforeAll(async () => {
  azurite = await startAzurite();
  return azurite.stop;
});

const STORAGES: readonly [string, () => Promise<AudioStorage>][] = [
  ['a folder', async () => openAudioFolder(await tempFolder())],
  ['Azure Blob Storage', () => openAudioBlobs({ connectionString: azurite.connectionString })],
];

const SIZE = 300_000;
const BYTES = randomBytes(SIZE);
const WRONG_INPUT = { errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] };

/** A server on the network with one recording. */
async function served(open: () => Promise<AudioStorage>) {
  const audio = await open();
  const name = await audio.save(newHash(), { format: 'wav', bytes: BYTES });
  const { app, log } = await openTestApp({ audio });
  const server = await serve(app, '127.0.0.1', 0);
  onTestFinished(() => server.stop());
  const get = (path: string, init?: RequestInit) => fetch(`${server.url}${path}`, init);
  return { audio, name, url: server.url, path: `/audio/${name}`, get, log };
}

async function bytesOf(response: Response): Promise<Buffer> {
  return Buffer.from(await response.arrayBuffer());
}

describe.each(STORAGES)('a recording in %s', (_, open) => {
  test('is sent whole, with its type and unlimited caching', async () => {
    const { name, path, get } = await served(open);
    const response = await get(path);
    expect(response.status).toBe(200);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'accept-ranges': 'bytes',
      'cache-control': 'public, max-age=31536000, immutable',
      'content-length': String(SIZE),
      'content-type': 'audio/wav',
      'x-content-type-options': 'nosniff',
      etag: `"${name}"`,
      vary: 'origin',
    });
    expect((await bytesOf(response)).equals(BYTES)).toBe(true);
  });

  test.each([
    ['bytes=0-0', 0, 0],
    ['bytes=0-', 0, SIZE - 1],
    ['bytes=1000-70000', 1000, 70_000],
    [`bytes=${SIZE - 1}-`, SIZE - 1, SIZE - 1],
    ['bytes=-500', SIZE - 500, SIZE - 1],
    ['bytes=-999999999', 0, SIZE - 1],
    ['bytes=299000-999999999', 299_000, SIZE - 1],
    ['Bytes=7-9', 7, 9],
  ])('is sent in part for %s', async (range, start, end) => {
    const { path, get } = await served(open);
    const response = await get(path, { headers: { range } });
    expect(response.status).toBe(206);
    expect(response.headers.get('content-range')).toBe(`bytes ${start}-${end}/${SIZE}`);
    expect(response.headers.get('content-length')).toBe(String(end - start + 1));
    expect((await bytesOf(response)).equals(BYTES.subarray(start, end + 1))).toBe(true);
  });

  test.each([`bytes=${SIZE}-`, 'bytes=999999999999999999999-', 'bytes=-0'])(
    'is refused for the range %s, which begins behind its end',
    async (range) => {
      const { path, get } = await served(open);
      const response = await get(path, { headers: { range } });
      expect(response.status).toBe(416);
      expect(response.headers.get('content-range')).toBe(`bytes */${SIZE}`);
      expect(await response.json()).toMatchObject(WRONG_INPUT);
    },
  );

  test.each(['bytes=0-1,5-9', 'bytes=9-5', 'bytes=-', 'bytes=a-b', 'lines=1-2', 'bytes 0-1', 'bytes=0x1-2'])(
    'is sent whole for the range %s, which is not supported',
    async (range) => {
      const { path, get } = await served(open);
      const response = await get(path, { headers: { range } });
      expect(response.status).toBe(200);
      expect((await bytesOf(response)).length).toBe(SIZE);
    },
  );

  test('is sent whole to a client whose If-Range names another recording', async () => {
    const { name, path, get } = await served(open);
    const range = 'bytes=10-19';
    const same = await get(path, { headers: { range, 'if-range': `"${name}"` } });
    expect(same.status).toBe(206);
    const other = await get(path, { headers: { range, 'if-range': '"another"' } });
    expect(other.status).toBe(200);
    expect((await bytesOf(other)).length).toBe(SIZE);
  });

  test('is not sent again to a client that has it', async () => {
    const { name, path, get } = await served(open);
    for (const tag of [`"${name}"`, `W/"${name}"`, `"x", "${name}"`, '*']) {
      const response = await get(path, { headers: { 'if-none-match': tag } });
      expect(response.status).toBe(304);
      expect((await bytesOf(response)).length).toBe(0);
    }
    expect((await get(path, { headers: { 'if-none-match': '"x"' } })).status).toBe(200);
  });

  test('is answered to HEAD with the headers alone', async () => {
    const { path, get } = await served(open);
    const response = await get(path, { method: 'HEAD', headers: { range: 'bytes=0-9' } });
    expect(response.status).toBe(200);
    expect(response.headers.get('content-length')).toBe(String(SIZE));
    expect((await bytesOf(response)).length).toBe(0);
  });

  test('cannot be changed or removed', async () => {
    const { path, get } = await served(open);
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
      const response = await get(path, { method });
      expect(response.status).toBe(405);
      expect(response.headers.get('allow')).toBe('GET, HEAD');
      expect(await response.json()).toMatchObject(WRONG_INPUT);
    }
    expect((await bytesOf(await get(path))).equals(BYTES)).toBe(true);
  });

  test('is the only file that can be read: no path leads to another', async () => {
    const { name, url } = await served(open);
    const paths = [
      '',
      newHash(),
      `${newHash()}.wav`,
      name.replace('.wav', '.mp3'),
      name.replace('.wav', ''),
      name.toUpperCase(),
      `${name}/`,
      '..%2f..%2fpackage.json',
      '%2e%2e/%2e%2e/package.json',
      '....//package.json',
      `${name}%00`,
      `${name}%0a`,
      '%',
      '%ff',
      `${'a'.repeat(5_000)}.wav`,
    ];
    for (const path of paths) {
      const [status, body] = await rawGet(url, `/audio/${path}`);
      expect(status, path).toBe(404);
      expect(body, path).not.toContain('"name"');
      expect(body, path).toContain('"code":"BAD_USER_INPUT"');
    }
  });
});

test('a client that disconnects in the middle leaves no file open', async () => {
  const folder = await tempFolder();
  const audio = await openAudioFolder(folder);
  const { app } = await openTestApp({ audio });
  const server = await serve(app, '127.0.0.1', 0);
  onTestFinished(() => server.stop());
  const name = await audio.save(newHash(), { format: 'mp3', bytes: randomBytes(9_000_000) });
  for (let i = 0; i < 8; i += 1) {
    const leave = new AbortController();
    const response = await fetch(`${server.url}/audio/${name}`, { signal: leave.signal });
    await response.body?.getReader().read();
    leave.abort();
  }
  while ((await openFiles(folder)) > 0) await pause(20);
  expect(await openFiles(folder)).toBe(0);
});

test('if the storage does not answer, the response is a 503 and the name of the recording is not logged', async () => {
  const [, origin = ''] = /BlobEndpoint=(http:\/\/[^/]+)/.exec(azurite.connectionString) ?? [];
  const proxy = await startFaultyProxy(origin);
  const audio = await openAudioBlobs({
    connectionString: azurite.connectionString.replace(origin, proxy.url),
  });
  const { name, path, get, log } = await served(async () => audio);
  await proxy.stop();
  const response = await get(path);
  expect(response.status).toBe(503);
  expect(response.headers.get('cache-control')).toBe('no-store');
  expect(await response.json()).toEqual({
    errors: [
      {
        message: 'Recordings cannot be read just now. Send the same request again in a moment.',
        extensions: { code: 'STORE_UNAVAILABLE', retryable: true },
      },
    ],
  });
  expect(log.lines.join('\n')).toContain('a recording could not be served');
  expect(log.lines.join('\n')).not.toContain(name);
});

/** How many files in a folder this process has open. */
async function openFiles(folder: string): Promise<number> {
  const links = await readdir('/proc/self/fd');
  const paths = await Promise.all(links.map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => '')));
  return paths.filter((path) => path.startsWith(folder)).length;
}

/** Sends a path exactly as it is given. `fetch` would normalise it. */
async function rawGet(url: string, path: string): Promise<[status: number, body: string]> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.write(`GET ${path} HTTP/1.1\r\nHost: ${hostname}\r\nConnection: close\r\n\r\n`);
  let answer = '';
  for await (const chunk of socket) answer += chunk;
  return [Number(answer.split(' ')[1]), answer];
}
