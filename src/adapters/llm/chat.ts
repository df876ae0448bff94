import { CallFailed } from '../endpoint/call-failed.ts';
import { createEndpoint, type EndpointConfig, type EndpointTools } from '../endpoint/endpoint.ts';
import { type ChatAnswer, readCompletion } from './completion.ts';

/** The endpoint of the model, and the model's name there. */
export interface ChatConfig extends EndpointConfig {
  readonly model: string;
}

export interface ChatMessage {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: string;
}

/** What is sent in one call. */
export interface ChatRequest {
  readonly messages: readonly ChatMessage[];
  /** Whether to ask the endpoint to let the model write nothing but a JSON object. */
  readonly jsonMode: boolean;
}

/** One call of the model, without retries. @throws {CallFailed} */
export type Chat = (request: ChatRequest) => Promise<ChatAnswer>;

/** An answer is read up to this size, in bytes. The longest dialog takes a twentieth of it. */
const LARGEST_BYTES = 256 * 1024;

/**
 * Chat completions over HTTP. A request has the model, the messages and the JSON mode alone. Some models refuse a
 * temperature or a limit of length, and many endpoints refuse a schema.
 * @throws {TypeError} if the key has characters that an HTTP header cannot hold
 */
export function chatEndpoint({ model, ...config }: ChatConfig, tools: EndpointTools): Chat {
  const endpoint = createEndpoint(
    {
      ...config,
      path: '/chat/completions',
      accept: 'application/json',
      server: 'the endpoint',
      urlVariable: 'LLM_BASE_URL',
    },
    tools,
  );
  return ({ messages, jsonMode }) => {
    const body = { model, messages, ...(jsonMode && { response_format: { type: 'json_object' } }) };
    return endpoint.post(body, async (answer) => {
      const completion = readCompletion(await answer.read(LARGEST_BYTES));
      if (completion !== null) return completion;
      throw new CallFailed('the answer is not a chat completion', { kind: 'passing', paid: true });
    });
  };
}
