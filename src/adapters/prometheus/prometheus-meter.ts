import { collectDefaultMetrics, Registry } from 'prom-client';
import type { Clock } from '../../ports/clock.ts';
import type { Events } from '../../ports/events.ts';
import type { Meter } from '../../ports/meter.ts';
import type { Voice } from '../../ports/voice.ts';
import { poolMetrics } from './pool-metrics.ts';
import { requestMetrics } from './request-metrics.ts';
import { type StoreMetrics, storeMetrics } from './store-metrics.ts';
import { voiceMetrics } from './voice-metrics.ts';

/** A meter in the format of Prometheus, with the metrics of the Node.js process. */
export interface PrometheusMeter extends Meter {
  readonly store: StoreMetrics;
  /** Counts what the pool reports from now on. `generator` is the name of what writes its dialogs. */
  listen(events: Events, generator: string): void;
  /** Returns the voice, whose calls are counted. */
  voice(voice: Voice): Voice;
}

/** The metrics of the process, which all its meters share: each collector watches the event loop and the garbage collection. */
let processMetrics: Registry | undefined;

export function prometheusMeter(clock: Clock): PrometheusMeter {
  processMetrics ??= metricsOfProcess();
  const registry = new Registry();
  const metrics = {
    requestAnswered: requestMetrics(registry),
    listen: poolMetrics(registry),
    voice: voiceMetrics(registry),
    store: storeMetrics(registry, clock),
  };
  const all = Registry.merge([registry, processMetrics]);
  return {
    ...metrics,
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
