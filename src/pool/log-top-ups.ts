import type { Events, TopUpEnded } from '../ports/events.ts';
import type { Log } from '../ports/log.ts';

/** How a top-up ends that was not hindered. */
const IDLE: readonly TopUpEnded['outcome'][] = ['SATISFIED', 'WORDS_EXHAUSTED', 'CANCELLED'];

/**
 * Writes one line for every top-up that has ended. It is of the level debug if the top-up found nothing to do, as those
 * that are started automatically do again and again.
 */
export function logTopUps(events: Events, log: Log): void {
  events.subscribe((event) => {
    if (event.type !== 'topUpEnded') return;
    const { type, generator, unusedTotal, spend, storeCost, durationMs, ...counts } = event;
    const { requests, charge } = storeCost;
    const isIdle = counts.created === 0 && spend.calls === 0 && IDLE.includes(counts.outcome);
    log[isIdle ? 'debug' : 'info'](
      {
        ...counts,
        ...(unusedTotal !== null && { unusedTotal }),
        ...spend,
        ...(requests > 0 && { storeRequests: requests, storeCharge: charge }),
        ms: Math.round(durationMs),
      },
      counts.created > 0 ? 'topped up' : 'a top-up created no dialog',
    );
  });
}
