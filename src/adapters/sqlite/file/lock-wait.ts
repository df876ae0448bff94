import { setTimeout } from 'node:timers/promises';
import type { Random } from '../../../ports/clock.ts';
import { FileBusy } from './failure.ts';

const FIRST_PAUSE_MS = 1;
const LONGEST_PAUSE_MS = 50;

/**
 * Repeats `attempt` while another process locks the file. The pauses between attempts grow, and each is shortened by a
 * random part of up to one half. The event loop is not blocked.
 * @param options.deadline a time of `performance.now()`, in milliseconds
 * @throws {FileBusy} if the file is still locked at the deadline
 */
export async function untilFree<Result>(
  attempt: () => Result,
  { deadline, random }: { readonly deadline: number; readonly random: Random },
): Promise<Result> {
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
    try {
      return attempt();
    } catch (error) {
      if (!(error instanceof FileBusy) || performance.now() >= deadline) throw error;
    }
    await setTimeout(pause * (0.5 + random() / 2));
  }
}
