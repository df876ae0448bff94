import { type Span, type SpanOptions, SpanStatusCode, trace } from '@opentelemetry/api';
import { CodedError, StoreUnavailable } from '../../model/errors.ts';
import { BudgetExhausted } from '../../ports/generator.ts';
import { LeaseLost } from '../../ports/leases.ts';

/** Begins spans. It asks the SDK that is registered when a span begins. */
export const tracer = trace.getTracer('dialog-pool');

/**
 * Runs work in a span, which ends with it. Spans that the work begins appear below it. Of an error, the span gets the
 * code or the name: a message may quote what nobody else may read.
 */
export function inSpan<Result>(
  name: string,
  options: SpanOptions,
  work: (span: Span) => Promise<Result>,
): Promise<Result> {
  return tracer.startActiveSpan(name, options, async (span) => {
    try {
      return await work(span);
    } catch (error) {
      span.setAttribute('error.type', typeOf(error));
      if (!isAnswer(error)) span.setStatus({ code: SpanStatusCode.ERROR });
      throw error;
    } finally {
      span.end();
    }
  });
}

function typeOf(error: unknown): string {
  if (error instanceof CodedError) return error.code;
  return error instanceof Error && /^\w{1,64}$/.test(error.name) ? error.name : '_OTHER';
}

/** Whether the error says what the caller asked wrongly or may not have, and nothing has failed. */
function isAnswer(error: unknown): boolean {
  if (error instanceof CodedError) return !(error instanceof StoreUnavailable);
  return error instanceof BudgetExhausted || error instanceof LeaseLost;
}
