import { readUpTo } from '../../model/read-up-to.ts';
import type { Clock } from '../../ports/clock.ts';
import { CallFailed, connectionFailure, statusFailure } from './call-failure.ts';
import { type ChatAnswer, readCompletion } from './completion.ts';

/** Where the model is, and which. */
export interface Endpoint {
  /** `/chat/completions` is appended to it. */
  readonly baseUrl: string;
  readonly apiKey: string | null;
  readonly model: string;
  /** Deadline of one call, from the request to the last byte of its answer. */
  readonly timeoutMs: number;
}

export interface ChatMessage {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: string;
}

/** What is sent in one call. */
export interface ChatRequest {
  readonly messages: readonly ChatMessage[];
  /** Whether the endpoint is asked to let the model write nothing but a JSON object. */
  readonly jsonMode: boolean;
}

/** One call of the model: no retries. @throws {CallFailed} */
export type Chat = (request: ChatRequest) => Promise<ChatAnswer>;

/** Most bytes of an answer, decompressed. The longest dialog takes a twentieth of it. */
const LARGEST_BYTES = 256 * 1024;

/**
 * Chat completions over HTTP. Sent are the messages, the model and the JSON mode alone: limits of length and
 * temperatures are refused by some models, and schemas by many endpoints. Redirects are not followed: they would take
 * the prompt to a server that the operator has not chosen.
 */
export function chatEndpoint({ baseUrl, apiKey, model, timeoutMs }: Endpoint, clock: Clock): Chat {
  const url = `${baseUrl.replace(/\/+$/u, '')}/chat/completions`;

  return async ({ messages, jsonMode }) => {
    const headers = requestHeaders(apiKey);
    const body = JSON.stringify({
      model,
      messages,
      ...(jsonMode && { response_format: { type: 'json_object' } }),
    });
    const deadline = AbortSignal.timeout(timeoutMs);
    const answered = async <Result>(step: Promise<Result>): Promise<Result> => {
      try {
        return await step;
      } catch (error) {
        if (deadline.aborted) {
          throw new CallFailed(`no answer within ${timeoutMs} ms`, { kind: 'timeout', paid: true });
        }
        throw connectionFailure(error);
      }
    };
    const response = await answered(
      fetch(url, { method: 'POST', headers, body, redirect: 'manual', signal: deadline }),
    );
    if (!response.ok) {
      // The status tells enough if the body cannot be read.
      const said = await readUpTo(response.body, LARGEST_BYTES).catch(() => null);
      throw statusFailure(response, said, { key: apiKey, now: clock.now() });
    }
    const bytes = await answered(readUpTo(response.body, LARGEST_BYTES));
    if (bytes === null) {
      throw new CallFailed(`the answer is larger than ${LARGEST_BYTES} bytes`, {
        kind: 'answer',
        paid: true,
      });
    }
    const answer = readCompletion(bytes);
    if (answer !== null) return answer;
    throw new CallFailed('the endpoint answered what is no chat completion', { kind: 'passing', paid: true });
  };
}

function requestHeaders(apiKey: string | null): Headers {
  const headers = new Headers({ 'content-type': 'application/json', accept: 'application/json' });
  if (apiKey === null) return headers;
  try {
    headers.set('authorization', `Bearer ${apiKey}`);
  } catch {
    // The error that was caught quotes the key.
    throw new CallFailed('the key has characters that no header may have', { kind: 'lasting', paid: false });
  }
  return headers;
}
