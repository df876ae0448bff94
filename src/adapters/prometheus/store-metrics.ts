import { Counter, Histogram, type Registry } from 'prom-client';
import { CodedError, StoreUnavailable } from '../../model/errors.ts';
import type { Clock } from '../../ports/clock.ts';
import { LeaseLost } from '../../ports/leases.ts';
import type { StoreWrapper } from '../../ports/store-calls.ts';
import type { Cost } from '../../ports/work-context.ts';

const SECONDS = [0.001, 0.005, 0.02, 0.1, 0.5, 2.5, 10];

/** Measures what the store is asked. */
export interface StoreMetrics {
  /** Measures how long the calls of each method take. */
  readonly calls: StoreWrapper;
  /** Counts what a call of a method has cost at a store that charges. */
  readonly charged: (method: string, cost: Readonly<Cost>) => void;
}

export function storeMetrics(registry: Registry, clock: Clock): StoreMetrics {
  const durations = new Histogram({
    name: 'dialog_pool_store_call_duration_seconds',
    help: 'Time that calls of the store took, with all attempts: ok (it answered, perhaps with a refusal) or error (it failed).',
    labelNames: ['method', 'outcome'],
    buckets: SECONDS,
    registers: [registry],
  });
  const requests = new Counter({
    name: 'dialog_pool_store_requests_total',
    help: 'Requests that were sent to Azure Cosmos DB, repeated ones included.',
    labelNames: ['method'],
    registers: [registry],
  });
  const units = new Counter({
    name: 'dialog_pool_store_request_units_total',
    help: 'Request units that Azure Cosmos DB charged.',
    labelNames: ['method'],
    registers: [registry],
  });

  return {
    calls(method) {
      const observed = durations.labels({ method, outcome: 'ok' });
      const failed = durations.labels({ method, outcome: 'error' });
      return (call) => {
        const began = clock.monotonic();
        const seconds = () => (clock.monotonic() - began) / 1_000;
        return call().then(
          (result) => {
            observed.observe(seconds());
            return result;
          },
          (error: unknown) => {
            (isAnswer(error) ? observed : failed).observe(seconds());
            throw error;
          },
        );
      };
    },
    charged(method, cost) {
      requests.inc({ method }, cost.requests);
      units.inc({ method }, cost.charge);
    },
  };
}

/** Whether the store has refused what was asked, and nothing has failed. */
function isAnswer(error: unknown): boolean {
  return (error instanceof CodedError && !(error instanceof StoreUnavailable)) || error instanceof LeaseLost;
}
