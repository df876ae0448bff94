import { setTimeout as timeout } from 'node:timers/promises';
import type { Clock } from '../../ports/clock.ts';

/** The clock of the machine. A sleep keeps the process alive until it ends. */
export const systemClock: Clock = {
  now: () => new Date(),
  monotonic: () => performance.now(),
  async sleep(ms, signal) {
    try {
      await timeout(ms, undefined, signal && { signal });
    } catch {
      // The signal was aborted, which ends a sleep without an error.
    }
  },
};
