import { Counter, Histogram, type Registry } from 'prom-client';
import { TOP_UP_OUTCOMES } from '../../model/top-up-outcome.ts';
import type { ClaimAnswered, Events, TopUpEnded } from '../../ports/events.ts';

/** A claim waits for at most 30 seconds. One that waits so long takes slightly more, and is in the bucket of infinity. */
const WAIT_SECONDS = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30];

/** How top-ups end. */
const TOP_UP_ENDS: readonly TopUpEnded['outcome'][] = [...TOP_UP_OUTCOMES, 'CANCELLED', 'BROKEN_OFF'];

/** Counts what the pool reports. Takes the events, and the name of the generator. */
export function poolMetrics(registry: Registry): (events: Events, generator: string) => void {
  const counter = <Label extends string>(name: string, help: string, labelNames: Label[]) =>
    new Counter({ name, help, labelNames, registers: [registry] });

  const calls = counter('dialog_pool_generator_calls_total', 'Paid calls of the generator.', ['generator']);
  const tokens = counter(
    'dialog_pool_generator_tokens_total',
    'Tokens of paid calls, as far as the provider reports them.',
    ['generator', 'direction'],
  );
  const topUps = counter('dialog_pool_top_ups_total', 'Top-ups of pools that were found short.', [
    'generator',
    'outcome',
  ]);
  const dialogs = counter('dialog_pool_dialogs_created_total', 'Dialogs put into pools.', ['generator']);
  const claims = counter(
    'dialog_pool_claims_total',
    'Claims that were answered: hit (it got a dialog at once), waited (it got one after waiting) or empty (it got none).',
    ['outcome'],
  );
  const waits = new Histogram({
    name: 'dialog_pool_claim_wait_seconds',
    help: 'Time that claims with whenEmpty: WAIT waited after they had found the pool empty.',
    buckets: WAIT_SECONDS,
    registers: [registry],
  });

  return (events, generator) => {
    // A counter that begins with its first event shows no increase by it.
    for (const outcome of ['hit', 'waited', 'empty']) claims.inc({ outcome }, 0);
    for (const outcome of TOP_UP_ENDS) topUps.inc({ generator, outcome }, 0);
    for (const direction of ['input', 'output']) tokens.inc({ generator, direction }, 0);
    for (const each of [calls, dialogs]) each.inc({ generator }, 0);

    events.subscribe((event) => {
      if (event.type === 'callPaid') {
        const { inputTokens, outputTokens } = event.usage;
        calls.inc({ generator });
        tokens.inc({ generator, direction: 'input' }, inputTokens ?? 0);
        tokens.inc({ generator, direction: 'output' }, outputTokens ?? 0);
      } else if (event.type === 'dialogStored') {
        dialogs.inc({ generator });
      } else if (event.type === 'topUpEnded') {
        topUps.inc({ generator, outcome: event.outcome });
      } else if (event.type === 'claimAnswered') {
        claims.inc({ outcome: outcomeOf(event) });
        if (event.waitedMs !== null) waits.observe(event.waitedMs / 1_000);
      }
    });
  };
}

function outcomeOf({ dialogs, waitedMs }: ClaimAnswered): string {
  if (dialogs === 0) return 'empty';
  return waitedMs === null ? 'hit' : 'waited';
}
