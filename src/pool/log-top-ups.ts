import type { Events } from '../ports/events.ts';
import type { Log } from '../ports/log.ts';

/** Writes one line for every top-up that has ended. */
export function logTopUps(events: Events, log: Log): void {
  events.subscribe((event) => {
    if (event.type !== 'topUpEnded') return;
    const { type, generator, unusedTotal, spend, storeCost, durationMs, ...counts } = event;
    const { requests, charge } = storeCost;
    log.info(
      {
        ...counts,
        ...(unusedTotal !== null && { unusedTotal }),
        ...spend,
        ...(requests > 0 && { storeRequests: requests, storeCharge: charge }),
        ms: Math.round(durationMs),
      },
      'topped up',
    );
  });
}
