import { systemClock } from '../../src/adapters/system/system-clock.ts';
import type { MovedClock } from './clocks.ts';

/** The machine's clock, which a test can also move forward. A sleeper whose time has come by that wakes at once. */
export function movableClock(): MovedClock {
  let ahead = 0;
  const monotonic = () => systemClock.monotonic() + ahead;
  const sleepers = new Map<AbortController, number>();
  return {
    now: () => new Date(Date.now() + ahead),
    monotonic,
    async sleep(ms, signal) {
      const moved = new AbortController();
      sleepers.set(moved, monotonic() + ms);
      await systemClock.sleep(ms, signal ? AbortSignal.any([moved.signal, signal]) : moved.signal);
      sleepers.delete(moved);
    },
    move(ms) {
      ahead += ms;
      for (const [sleeper, wakesAt] of sleepers) if (wakesAt <= monotonic()) sleeper.abort();
    },
  };
}
