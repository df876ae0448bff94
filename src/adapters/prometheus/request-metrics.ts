import { Histogram, type Registry } from 'prom-client';
import type { Meter } from '../../ports/meter.ts';

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** Measures how long requests of GraphQL take. */
export function requestMetrics(registry: Registry): Meter['requestAnswered'] {
  const durations = new Histogram({
    name: 'graphql_request_duration_seconds',
    help: 'Time until the answer to a GraphQL request was ready to be sent. A subscription counts once, when its stream begins or is refused.',
    labelNames: ['operation', 'outcome'],
    buckets: SECONDS,
    registers: [registry],
  });
  return ({ operation, outcome, durationMs }) =>
    durations.observe({ operation, outcome }, durationMs / 1_000);
}
