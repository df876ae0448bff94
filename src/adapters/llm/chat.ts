import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { type FinishReason, generateText, type ModelMessage } from 'ai';
import type { Clock } from '../../ports/clock.ts';
import type { Usage } from '../../ports/generator.ts';
import { CallFailed, callFailure } from './call-failure.ts';

/** Where the model is, and which. */
export interface Endpoint {
  /** `/chat/completions` is appended to it. */
  readonly baseUrl: string;
  readonly apiKey: string | null;
  readonly model: string;
  /** Deadline of one call. */
  readonly timeoutMs: number;
}

/** What is sent in one call. */
export interface ChatRequest {
  readonly system: string;
  readonly messages: ModelMessage[];
  /** Whether the endpoint is asked to let the model write nothing but a JSON object. */
  readonly jsonMode: boolean;
}

/** What came back from it. */
export interface ChatAnswer {
  /** Without the thoughts that the provider tells apart from it. */
  readonly text: string;
  readonly finishReason: FinishReason;
  readonly usage: Usage;
}

/** One call of the model, over and done with: no retries. @throws {CallFailed} */
export type Chat = (request: ChatRequest) => Promise<ChatAnswer>;

const PROVIDER = 'llm';

/**
 * Chat completions by the SDK. Sent are the messages, the model and the JSON mode alone: limits of length and
 * temperatures are refused by some models, and schemas by many endpoints.
 */
export function chatEndpoint({ baseUrl, apiKey, model, timeoutMs }: Endpoint, clock: Clock): Chat {
  // The SDK prints its warnings on the console, past the log, unless told not to.
  globalThis.AI_SDK_LOG_WARNINGS = false;
  const provider = createOpenAICompatible({
    name: PROVIDER,
    baseURL: baseUrl,
    ...(apiKey !== null && { apiKey }),
  });
  const chatModel = provider.chatModel(model);

  return async ({ system, messages, jsonMode }) => {
    const deadline = AbortSignal.timeout(timeoutMs);
    try {
      const { text, finishReason, usage } = await generateText({
        model: chatModel,
        system,
        messages,
        maxRetries: 0,
        abortSignal: deadline,
        // Not by the SDK's structured output, which throws an answer away, usage and all, that is not pure JSON.
        ...(jsonMode && { providerOptions: { [PROVIDER]: { response_format: { type: 'json_object' } } } }),
      });
      const { inputTokens = null, outputTokens = null } = usage;
      return { text, finishReason, usage: { inputTokens, outputTokens } };
    } catch (error) {
      if (deadline.aborted) {
        throw new CallFailed(`no answer within ${timeoutMs} ms`, { kind: 'timeout', paid: true });
      }
      throw callFailure(error, { key: apiKey, now: clock.now() });
    }
  };
}
