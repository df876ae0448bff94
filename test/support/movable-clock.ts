import type { MovedClock } from './clocks.ts';
import { frozenClock } from './clocks.ts';

interface Sleeper {
  readonly wakesAt: number;
  readonly wake: () => void;
}

/** Stands still until it is moved. A sleeper whose time has come by that wakes at once. */
export function movableClock(): MovedClock {
  const clock = frozenClock();
  const sleepers = new Set<Sleeper>();
  return {
    ...clock,
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted) return resolve();
        const wake = () => {
          sleepers.delete(sleeper);
          signal?.removeEventListener('abort', wake);
          resolve();
        };
        const sleeper = { wakesAt: clock.monotonic() + ms, wake };
        sleepers.add(sleeper);
        signal?.addEventListener('abort', wake);
      }),
    move(ms) {
      clock.move(ms);
      for (const { wakesAt, wake } of [...sleepers]) if (wakesAt <= clock.monotonic()) wake();
    },
  };
}
