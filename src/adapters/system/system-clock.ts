import { setTimeout as timeout } from 'node:timers/promises';
import type { Clock } from '../../ports/clock.ts';

/** The machine's own time. A pause keeps the process alive until it is over or aborted. */
export const systemClock: Clock = {
  now: () => new Date(),
  monotonic: () => performance.now(),
  async sleep(ms, signal) {
    try {
      await timeout(ms, undefined, signal && { signal });
    } catch {
      // Aborted: over at once, as the port says.
    }
  },
};
