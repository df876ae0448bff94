import { runWithoutCost } from '../ports/cost.ts';
import { type KeptLease, LeaseAttempts, type LeaseTools } from './lease-keeper.ts';

/** Work that one process at a time does, again and again. */
export interface RepeatedWork {
  /** The key of the lease. */
  readonly key: string;
  /** For the log, as the subject of a sentence. */
  readonly name: string;
  /** How long to wait before the first attempt, in milliseconds. */
  readonly firstPauseMs: number;
  /**
   * How long to wait before the work is done again, in milliseconds, at least as long as for work that took no time.
   * @param tookMs how long it took
   */
  readonly pauseMs: (tookMs: number) => number;
  /** Does the work once. It may throw. Its cost is added to no request. */
  readonly work: (lease: KeptLease) => Promise<void>;
}

/** A holder takes its lease again after each of these intervals. Its store may fail once, so two of them may pass. */
const INTERVALS_UNTIL_TAKE_OVER = 2.5;

/**
 * Does work until `stopping` is aborted, if no other process does. The process keeps the lease. It takes the lease again
 * after each interval of `pauseMs(0)`, also while the work pauses for longer. So a living process keeps it, whatever the
 * order of the attempts. If the process dies, another one takes the lease over after at most four of its own intervals,
 * or 20 seconds and one interval if that is longer.
 * @returns when `stopping` is aborted and nothing is under way. Never rejects
 */
export async function repeatUnderLease(
  tools: LeaseTools,
  { key, name, firstPauseMs, pauseMs, work }: RepeatedWork,
  stopping: AbortSignal,
): Promise<void> {
  const { clock, log } = tools;
  const everyMs = pauseMs(0);
  const attempts = new LeaseAttempts(tools, key, INTERVALS_UNTIL_TAKE_OVER * everyMs);
  let lease: KeptLease | null = null;
  let intervalsToPause = 0;
  const doOrPause = async (held: KeptLease) => {
    if (intervalsToPause > 0) {
      intervalsToPause -= 1;
      return;
    }
    const began = clock.monotonic();
    try {
      await work(held);
    } finally {
      intervalsToPause = Math.ceil(pauseMs(clock.monotonic() - began) / everyMs) - 1;
    }
  };
  await clock.sleep(firstPauseMs, stopping);
  while (!stopping.aborted) {
    try {
      lease = await attempts.take();
      const held = lease;
      if (held !== null) await runWithoutCost(() => whileHeld(held, doOrPause));
    } catch (error) {
      log.warn({ err: error }, `${name} was broken off`);
    }
    await clock.sleep(everyMs, stopping);
  }
  await lease?.release();
}

async function whileHeld(lease: KeptLease, work: RepeatedWork['work']): Promise<void> {
  try {
    await work(lease);
  } finally {
    await lease.leave();
  }
}
