import { Counter, collectDefaultMetrics, Registry } from 'prom-client';
import type { Meter } from '../../ports/meter.ts';

/** Counters in the format of Prometheus, with the metrics of the Node.js process. */
export interface PrometheusMeter extends Meter {
  /** Returns all metrics as text, with the content type of the format. */
  report(): Promise<{ text: string; contentType: string }>;
}

export function prometheusMeter(): PrometheusMeter {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const counter = <Label extends string>(name: string, help: string, labelNames: Label[]) =>
    new Counter({ name, help, labelNames, registers: [registry] });

  const calls = counter('dialog_pool_generator_calls_total', 'Paid calls of the generator.', ['generator']);
  const tokens = counter(
    'dialog_pool_generator_tokens_total',
    'Tokens, as far as the provider reports them.',
    ['generator', 'direction'],
  );
  const topUps = counter('dialog_pool_top_ups_total', 'Top-ups of pools that were found short.', [
    'generator',
    'outcome',
  ]);
  const dialogs = counter('dialog_pool_dialogs_created_total', 'Dialogs put into pools.', ['generator']);

  return {
    called(generator, { inputTokens, outputTokens }) {
      calls.inc({ generator });
      tokens.inc({ generator, direction: 'input' }, inputTokens ?? 0);
      tokens.inc({ generator, direction: 'output' }, outputTokens ?? 0);
    },
    toppedUp(generator, outcome, created) {
      topUps.inc({ generator, outcome });
      dialogs.inc({ generator }, created);
    },
    async report() {
      return { text: await registry.metrics(), contentType: registry.contentType };
    },
  };
}
