import { setTimeout } from 'node:timers/promises';
import type { Random } from '../../../ports/clock.ts';
import { FileBusy } from './failure.ts';

const FIRST_PAUSE_MS = 1;
const LONGEST_PAUSE_MS = 50;

/**
 * Runs `attempt` until another process no longer locks the file; at least once. The pauses grow, each by chance between
 * half its length and the whole of it, and the rest of this process goes on meanwhile.
 * @param options.deadline a time of `performance.now()`, in milliseconds
 * @throws {FileBusy} after the deadline
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
