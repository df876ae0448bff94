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
  /** How long to wait before the next attempt, in milliseconds. @param tookMs how long the last one took */
  readonly pauseMs: (tookMs: number) => number;
  /** Does the work once. It may throw. Its cost is added to no request. */
  readonly work: (lease: KeptLease) => Promise<void>;
}

/**
 * Does work until `stopping` is aborted, if no other process does. The process keeps the lease, which it takes again for
 * each piece of work: if it dies, another process sees the lease unchanged at two of its own attempts and takes it over.
 * @returns when `stopping` is aborted and nothing is under way. Never rejects
 */
export async function repeatUnderLease(
  tools: LeaseTools,
  { key, name, firstPauseMs, pauseMs, work }: RepeatedWork,
  stopping: AbortSignal,
): Promise<void> {
  const { clock, log } = tools;
  const attempts = new LeaseAttempts(tools, key);
  let lease: KeptLease | null = null;
  let pause = firstPauseMs;
  for (;;) {
    await clock.sleep(pause, stopping);
    if (stopping.aborted) break;
    const began = clock.monotonic();
    try {
      lease = await attempts.take();
      const held = lease;
      if (held !== null) await runWithoutCost(() => whileHeld(held, work));
    } catch (error) {
      log.warn({ err: error }, `${name} was broken off`);
    }
    pause = pauseMs(clock.monotonic() - began);
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
