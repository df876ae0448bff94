import { type Attributes, SpanKind } from '@opentelemetry/api';
import type { Usage } from '../../model/spend.ts';
import type { DialogGenerator } from '../../ports/generator.ts';
import type { Voice } from '../../ports/voice.ts';
import { inSpan } from './span.ts';

/** A model behind an endpoint that speaks OpenAI's protocol. */
export interface CalledModel {
  readonly model: string;
  /** The URL of the endpoint. */
  readonly baseUrl: string;
}

/**
 * The generator, each of whose dialogs is a span with all the calls that it takes: repeated ones and repairs. Neither what
 * is asked nor what is answered is in it.
 */
export function withGenerationSpans(generator: DialogGenerator, called: CalledModel): DialogGenerator {
  const attributes = modelAttributes('chat', called);
  return {
    ...generator,
    generate: (request, options) =>
      inSpan(`chat ${called.model}`, { kind: SpanKind.CLIENT, attributes }, async (span) => {
        const paid: Usage[] = [];
        try {
          return await generator.generate(request, {
            // The caller may replace it.
            get signal() {
              return options.signal;
            },
            reserveCall: () => options.reserveCall(),
            onCall(usage) {
              paid.push(usage);
              options.onCall(usage);
            },
            onUnpaidCall: () => options.onUnpaidCall(),
          });
        } finally {
          span.setAttributes(usageAttributes(paid));
        }
      }),
  };
}

/** The voice, each of whose sentences is a span, with all attempts. The sentence is not in it. */
export function withVoiceSpans(voice: Voice, called: CalledModel): Voice {
  const attributes = { ...modelAttributes('text_to_speech', called), 'gen_ai.output.type': 'speech' };
  return {
    ...voice,
    speak: (sentence, signal) =>
      inSpan(`text_to_speech ${called.model}`, { kind: SpanKind.CLIENT, attributes }, () =>
        voice.speak(sentence, signal),
      ),
  };
}

/** `openai` is the protocol. The address tells whose server it is. */
function modelAttributes(operation: string, { model, baseUrl }: CalledModel): Attributes {
  const { hostname, port, protocol } = new URL(baseUrl);
  return {
    'gen_ai.operation.name': operation,
    'gen_ai.provider.name': 'openai',
    'gen_ai.request.model': model,
    'server.address': hostname,
    'server.port': Number(port) || (protocol === 'https:' ? 443 : 80),
  };
}

function usageAttributes(paid: readonly Usage[]): Attributes {
  const sum = (counts: readonly (number | null)[]): number | undefined =>
    counts.every((count) => count === null)
      ? undefined
      : counts.reduce<number>((total, count) => total + (count ?? 0), 0);
  return {
    'dialog_pool.paid_calls': paid.length,
    'gen_ai.usage.input_tokens': sum(paid.map(({ inputTokens }) => inputTokens)),
    'gen_ai.usage.output_tokens': sum(paid.map(({ outputTokens }) => outputTokens)),
  };
}
