import { setTimeout as timeout } from 'node:timers/promises';
import { systemClock } from '../../src/adapters/system/system-clock.ts';
import type { Clock } from '../../src/ports/clock.ts';

/** When the clocks of tests begin. */
const BEGAN_AT = 1_700_000_000_000;

/** A clock that a test moves. */
export interface MovedClock extends Clock {
  move(ms: number): void;
}

/** Stands still until it is moved. Those that sleep wake only if they are aborted, as in a process that is stopped. */
export function frozenClock(): MovedClock {
  let passed = 0;
  return {
    now: () => new Date(BEGAN_AT + passed),
    monotonic: () => passed,
    sleep: (_, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted) resolve();
        signal?.addEventListener('abort', () => resolve());
      }),
    move(ms) {
      passed += ms;
    },
  };
}

interface Sleeper {
  readonly wakesAt: number;
  readonly wake: () => void;
}

/** An embedded store answers within this number of turns of the event loop. */
const TURNS_OF_A_STORE = 10;

/** Time passes while everything sleeps: the next sleeper wakes after an embedded store has had time to answer. */
export function skippingClock(): MovedClock {
  let passed = 0;
  const sleepers = new Set<Sleeper>();
  let isTurning = false;
  const turn = (turnsLeft: number) => {
    if (turnsLeft > 0) {
      setImmediate(turn, turnsLeft - 1);
      return;
    }
    const [first] = [...sleepers].sort((one, other) => one.wakesAt - other.wakesAt);
    isTurning = first !== undefined;
    if (first === undefined) return;
    passed = Math.max(passed, first.wakesAt);
    first.wake();
    setImmediate(turn, TURNS_OF_A_STORE);
  };
  return {
    now: () => new Date(BEGAN_AT + passed),
    monotonic: () => passed,
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted) return resolve();
        const wake = () => {
          sleepers.delete(sleeper);
          signal?.removeEventListener('abort', wake);
          resolve();
        };
        const sleeper = { wakesAt: passed + ms, wake };
        sleepers.add(sleeper);
        signal?.addEventListener('abort', wake);
        if (!isTurning) setImmediate(turn, TURNS_OF_A_STORE);
        isTurning = true;
      }),
    move(ms) {
      passed += ms;
    },
  };
}

/** The machine's clock, but for the date, which does not change during a test. */
export const oneDayClock: Clock = { ...systemClock, now: () => new Date('2026-06-01T12:00:00Z') };

/** The machine's clock, faster by a factor. */
export function fastClock(factor: number): Clock {
  return {
    now: systemClock.now,
    monotonic: () => systemClock.monotonic() * factor,
    async sleep(ms, signal) {
      await timeout(ms / factor, undefined, signal && { signal }).catch(() => undefined);
    },
  };
}
