import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { gzipSync } from 'node:zlib';
import { type Attack, ask, createCourse } from './attack.ts';

const MEGABYTE = Buffer.alloc(1_000_000, ' ');

/** 800 MB of blanks, as one member of gzip for each. */
const BOMB = Buffer.concat(Array(800).fill(gzipSync(MEGABYTE)));

/** A completion as the provider sends it, with the text of the model. */
function completion(content: string): string {
  const message = { role: 'assistant', content };
  const choices = [{ index: 0, message, finish_reason: 'stop' }];
  return JSON.stringify({ id: '1', object: 'chat.completion', created: 1, model: 'm', choices });
}

/** Sends the given number of bytes as fast as they are read. */
function flood(response: ServerResponse, megabytes: number): void {
  const parts = Readable.from(Array<Buffer>(megabytes).fill(MEGABYTE));
  pipeline(parts, response).catch(() => {});
}

/** An attack by a model's server that answers every call so. */
function answering(name: string, answer: (response: ServerResponse) => void): Attack {
  const server = createServer((request, response) => {
    request.resume().once('end', () => answer(response));
  });
  server.listen(0, '127.0.0.1').unref();
  return {
    name,
    get env() {
      const { port } = server.address() as AddressInfo;
      return { LLM_BASE_URL: `http://127.0.0.1:${port}/v1`, LLM_MODEL: 'm' };
    },
    prepare: (target) => createCourse(target, 'course', 1),
    act: (target) => ask(target, 'mutation { ensureDialogs(profileId: "course", min: 1) { outcome } }'),
  };
}

const JSON_TYPE = { 'content-type': 'application/json' };

/** Attacks by what a model's server answers. */
export const MODEL_ANSWERS: readonly Attack[] = [
  answering('4. a model that answers {"turns":" and 80,000 escaped quotation marks', (response) => {
    response.writeHead(200, JSON_TYPE).end(completion(`{"turns":"${'\\"'.repeat(80_000)}`));
  }),
  answering('4. a model that answers 300 MB', (response) => {
    response.writeHead(200, JSON_TYPE);
    flood(response, 300);
  }),
  answering('4. a model that answers 800 MB in 800 KB of gzip', (response) => {
    response.writeHead(200, { ...JSON_TYPE, 'content-encoding': 'gzip' }).end(BOMB);
  }),
];
