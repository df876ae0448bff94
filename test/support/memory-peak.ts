import { collectGarbage } from './collect-garbage.ts';

/** How many bytes more are looked at, whether they are garbage. Looking takes about 50 ms. */
const STEP = 8_000_000;

/**
 * By how many bytes the memory in use by JavaScript, its buffers included, grows at most while `work` runs, to within 8 MB,
 * as looked at every millisecond. Garbage does not count: how much of it there is depends on what has run in the process.
 */
export async function memoryPeak(work: () => Promise<unknown>): Promise<number> {
  const before = inUse();
  let highest = before;
  const watching = setInterval(() => {
    if (withGarbage() > highest + STEP) highest = Math.max(highest, inUse());
  }, 1);
  try {
    await work();
  } finally {
    clearInterval(watching);
  }
  return highest - before;
}

function inUse(): number {
  collectGarbage();
  return withGarbage();
}

function withGarbage(): number {
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
