import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { z } from 'zod';

/** One call as the provider received it. */
export interface ProviderCall {
  /** 1 for the first. */
  readonly number: number;
  readonly authorization: string | undefined;
  readonly url: string | undefined;
  readonly body: z.infer<typeof Body>;
  /** The content of all messages, in their order. */
  readonly prompt: string;
  /** The word that the dialog is for. */
  readonly word: string;
  readonly arrivedAt: number;
}

/** How the provider answers one call. */
export type Reply = (
  | {
      /** What the model says. */
      readonly content: string | null;
      readonly finishReason?: string;
      readonly refusal?: string;
      /** Reasoning, in the separate field that providers of reasoning models use. */
      readonly thoughts?: string;
      /** The token counts, by default 100 and 200; null for a response without them. */
      readonly usage?: { prompt_tokens: number; completion_tokens: number } | null;
    }
  | { readonly status: number; readonly body?: unknown; readonly headers?: Record<string, string> }
  | { readonly status: number; readonly endless: string; readonly headers?: Record<string, string> }
  | { readonly broken: 'hang' | 'reset' | 'truncated' }
) & { readonly afterMs?: number };

/** Chooses the reply to a call. */
export type Script = (call: ProviderCall) => Reply | Promise<Reply>;

const Body = z.looseObject({
  model: z.string(),
  messages: z.array(z.object({ role: z.string(), content: z.string() })),
  response_format: z.unknown().optional(),
  stream: z.boolean().optional(),
});

/** An HTTP server on loopback in place of a provider. It records the calls. */
export interface Provider {
  readonly baseUrl: string;
  readonly calls: readonly ProviderCall[];
  /** The most calls that were under way at once. */
  readonly peak: number;
  /** How many calls are waiting for their reply now. */
  readonly open: number;
  /** How many bytes of endless replies were passed to the network. */
  readonly endlessBytes: number;
  /** Replaces the script for later calls. */
  follow(script: Script): void;
  /** Closes the connections of all calls that hang and stops listening. */
  close(): Promise<void>;
}

export async function startProvider(first: Script): Promise<Provider> {
  const calls: ProviderCall[] = [];
  let script = first;
  let open = 0;
  let peak = 0;
  let endlessBytes = 0;
  const server = createServer(async (request, response) => {
    open += 1;
    peak = Math.max(peak, open);
    response.on('close', () => {
      open -= 1;
    });
    const call = readCall(request, await text(request), calls.length + 1);
    calls.push(call);
    const reply = await script(call);
    if (reply.afterMs !== undefined) await new Promise((resolve) => setTimeout(resolve, reply.afterMs));
    if ('endless' in reply) {
      response.writeHead(reply.status, { 'content-type': 'application/json', ...reply.headers });
      repeat(response, reply.endless, (bytes) => {
        endlessBytes += bytes;
      });
      return;
    }
    send(response, reply, call);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    baseUrl: `http://127.0.0.1:${port}/v1`,
    calls,
    get peak() {
      return peak;
    },
    get open() {
      return open;
    },
    get endlessBytes() {
      return endlessBytes;
    },
    follow(next) {
      script = next;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function readCall(request: IncomingMessage, json: string, number: number): ProviderCall {
  const body = Body.parse(JSON.parse(json));
  const prompt = body.messages.map((message) => message.content).join('\n\n');
  const [, , word = ''] = /The word to learn:\n(`{3,})\n(.*?)\n\1/su.exec(prompt) ?? [];
  const { authorization } = request.headers;
  return { number, authorization, url: request.url, body, prompt, word, arrivedAt: Date.now() };
}

/** Repeats a text until the client closes the connection, as fast as the client reads. */
function repeat(response: ServerResponse, text: string, count: (bytes: number) => void): void {
  const chunk = Buffer.from(text.repeat(Math.ceil(65_536 / text.length)));
  const more = () => {
    for (let room = true; room && !response.destroyed; count(chunk.length)) room = response.write(chunk);
  };
  response.on('drain', more);
  more();
}

function send(
  response: ServerResponse,
  reply: Exclude<Reply, { endless: string }>,
  call: ProviderCall,
): void {
  if ('broken' in reply) {
    if (reply.broken === 'reset') response.socket?.resetAndDestroy();
    if (reply.broken === 'truncated') {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': 5_000 });
      response.write('{"id":"1","choices":[{"message":{"role":"assistant","content":"{');
      setTimeout(() => response.destroy(), 5);
    }
    return;
  }
  if ('status' in reply) {
    response.writeHead(reply.status, { 'content-type': 'application/json', ...reply.headers });
    const { body = {} } = reply;
    response.end(typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body));
    return;
  }
  const { content, finishReason = 'stop', refusal, thoughts, usage = USAGE } = reply;
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(
    JSON.stringify({
      id: `chat-${call.number}`,
      object: 'chat.completion',
      created: 1_700_000_000,
      model: call.body.model,
      choices: [
        {
          index: 0,
          message: {
            role: 'assistant',
            content,
            ...(refusal !== undefined && { refusal }),
            ...(thoughts !== undefined && { reasoning_content: thoughts }),
          },
          finish_reason: finishReason,
        },
      ],
      ...(usage !== null && { usage }),
    }),
  );
}

const USAGE = { prompt_tokens: 100, completion_tokens: 200 };

/** The JSON of a usable German dialog that uses the word, with English translations. */
export function dialogJson(word: string): string {
  return JSON.stringify({
    turns: [
      {
        speaker: 'Mia',
        text: `Sag mal, was bedeutet „${word}“?`,
        translation: 'Tell me, what does that mean?',
      },
      {
        speaker: 'Tom',
        text: 'Warte, ich zeige dir ein Bild davon.',
        translation: 'Wait, I will show you a picture.',
      },
      {
        speaker: 'Mia',
        text: 'Ach so! Das kenne ich schon lange.',
        translation: 'I see! I have long known that.',
      },
      {
        speaker: 'Tom',
        text: `Dann kannst du „${word}“ ja nun sagen.`,
        translation: 'Then you can say it now.',
      },
    ],
    forms: [],
  });
}

/** Answers every call with a usable dialog. */
export const writesDialogs = (call: ProviderCall): Reply => ({ content: dialogJson(call.word) });
