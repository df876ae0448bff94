import { Counter, collectDefaultMetrics, Registry } from 'prom-client';
import type { Events } from '../../ports/events.ts';

/** Counters in the format of Prometheus, with the metrics of the Node.js process. */
export interface PrometheusMeter {
  /** Returns all metrics as text, with the content type of the format. */
  report(): Promise<{ text: string; contentType: string }>;
}

/** The metrics of the process, which all its meters share: each collector watches the event loop and the garbage collection. */
let processMetrics: Registry | undefined;

/** Counts what topping up reports. */
export function prometheusMeter(events: Events): PrometheusMeter {
  processMetrics ??= metricsOfProcess();
  const registry = new Registry();
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

  events.subscribe((event) => {
    if (event.type === 'callPaid') {
      const { generator, usage } = event;
      calls.inc({ generator });
      tokens.inc({ generator, direction: 'input' }, usage.inputTokens ?? 0);
      tokens.inc({ generator, direction: 'output' }, usage.outputTokens ?? 0);
    } else if (event.type === 'topUpEnded') {
      const { generator, outcome, created } = event;
      topUps.inc({ generator, outcome });
      dialogs.inc({ generator }, created);
    }
  });

  const all = Registry.merge([processMetrics, registry]);
  return {
    async report() {
      return { text: await all.metrics(), contentType: all.contentType };
    },
  };
}

function metricsOfProcess(): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  return registry;
}
