import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import { z } from 'zod';
import { until } from '../support/until.ts';
import { wavTone } from './wav.ts';

const speechRequest = z.strictObject({
  model: z.string(),
  input: z.string(),
  voice: z.string(),
  response_format: z.string(),
});

/** A request as the server received it. */
export interface SpeechCall extends z.infer<typeof speechRequest> {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
}

/** How the server answers: with a small WAV recording, or by failing in one of several ways. */
export type Answer =
  | 'speak'
  | 'hang'
  | 'reset'
  | 'break-off'
  | 'endless'
  | { readonly when: Promise<unknown> }
  | {
      readonly status: number;
      readonly headers?: Record<string, string>;
      readonly body?: Buffer | string;
      readonly when?: Promise<unknown>;
    }
  | { readonly contentType: string; readonly body: Buffer | string };

/** A server in place of the provider. */
export interface SpeechServer {
  readonly baseUrl: string;
  readonly calls: SpeechCall[];
  /** The most calls that were answered at the same time. */
  readonly busiest: number;
  /** Decides each answer; may be replaced at any time. */
  answer: (call: SpeechCall) => Answer;
  /** The sentences that were asked for, in the order of the calls. */
  inputs(): string[];
  /** Resolves when no call is being answered. */
  untilIdle(): Promise<void>;
}

/** Listens on a free port of this machine until the test has finished. */
export async function openSpeechServer(
  answer: SpeechServer['answer'] = () => 'speak',
): Promise<SpeechServer> {
  const calls: SpeechCall[] = [];
  let atOnce = 0;
  const server = createServer(async (request, response) => {
    const body = speechRequest.parse(JSON.parse(await text(request)));
    const call = { ...body, path: `${request.method} ${request.url}`, headers: request.headers };
    calls.push(call);
    atOnce += 1;
    state.busiest = Math.max(state.busiest, atOnce);
    response.once('close', () => {
      atOnce -= 1;
    });
    await respond(response, state.answer(call));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('not listening on a port');
  const state = {
    baseUrl: `http://127.0.0.1:${address.port}/v1`,
    calls,
    busiest: 0,
    answer,
    inputs: () => calls.map(({ input }) => input),
    untilIdle: () => until(() => atOnce === 0),
  };
  return state;
}

async function respond(response: ServerResponse, answer: Answer): Promise<void> {
  if (answer === 'hang') return;
  if (typeof answer === 'object' && 'when' in answer) await answer.when;
  if (answer === 'reset') {
    response.destroy();
  } else if (answer === 'break-off') {
    response.writeHead(200, { 'content-type': 'audio/wav', 'content-length': '1000' });
    response.write(wavTone(0.01));
    await pause(20);
    response.destroy();
  } else if (answer === 'endless') {
    response.writeHead(200, { 'content-type': 'audio/mpeg' });
    const megabyte = Buffer.alloc(1024 * 1024);
    response.on('drain', () => response.write(megabyte));
    for (let room = true; room; ) room = response.write(megabyte);
  } else if (answer !== 'speak' && 'status' in answer) {
    response.writeHead(answer.status, answer.headers ?? {}).end(answer.body ?? '');
  } else if (answer !== 'speak' && 'contentType' in answer) {
    response.writeHead(200, { 'content-type': answer.contentType }).end(answer.body);
  } else {
    response.writeHead(200, { 'content-type': 'audio/wav' }).end(wavTone(0.05));
  }
}
