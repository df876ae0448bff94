import { type Span, type SpanContext, SpanStatusCode, trace } from '@opentelemetry/api';
import type { Events } from '../../ports/events.ts';
import type { TopUpTraces } from '../../ports/top-up-traces.ts';
import { inSpan } from './span.ts';

interface RunningTopUp {
  readonly context: SpanContext;
  /** The spans that have a link to it. One request may join several times. */
  readonly linked: WeakSet<Span>;
}

/** How a top-up ends that something of the server has hindered. */
const FAULTS: readonly string[] = ['GENERATOR_UNAVAILABLE', 'BROKEN_OFF'];

/**
 * Makes a span of each top-up. Its parent is the request that began it, which is its cause. It may go on after the request
 * has been answered. A request that joins it later gets a link to it, since a span has one parent.
 */
export function topUpSpans(events: Events): TopUpTraces {
  const running = new Map<string, RunningTopUp>();

  events.subscribe((event) => {
    if (event.type !== 'topUpEnded') return;
    // A top-up reports its end from within its span.
    const span = trace.getActiveSpan();
    const { outcome } = event;
    span?.setAttributes({
      'dialog_pool.top_up.outcome': outcome,
      'dialog_pool.top_up.min': event.min,
      'dialog_pool.top_up.created': event.created,
      'dialog_pool.top_up.skipped': event.skipped,
      'dialog_pool.paid_calls': event.spend.calls,
    });
    if (!FAULTS.includes(outcome)) return;
    span?.setAttribute('error.type', outcome);
    span?.setStatus({ code: SpanStatusCode.ERROR });
  });

  return {
    run: (topUpId, work) =>
      inSpan('top-up', { attributes: { 'dialog_pool.top_up.id': topUpId } }, async (span) => {
        running.set(topUpId, { context: span.spanContext(), linked: new WeakSet() });
        try {
          return await work();
        } finally {
          running.delete(topUpId);
        }
      }),
    joined(topUpId) {
      const topUp = running.get(topUpId);
      const span = trace.getActiveSpan();
      if (topUp === undefined || span === undefined || topUp.linked.has(span)) return;
      topUp.linked.add(span);
      span.addLink({ context: topUp.context });
    },
  };
}
