/**
 * How long work may occupy the event loop without a break, in milliseconds. Node accepts one new connection in each
 * turn of the event loop, so a turn must be short.
 */
const SLICE_MS = 3;

/**
 * When the current slice of work began, by a monotonic clock; null if none has begun in this turn of the event loop.
 */
let sliceBegan: number | null = null;
/** The waiting steps of each owner. The owner whose turn is next comes first. */
const waiting = new Map<unknown, (() => void)[]>();

/**
 * Shares the event loop. Long work of many small steps calls this before each step and awaits the result.
 * @param owner what the work belongs to, such as a request. Owners take turns, so that a small request does not wait
 *   for all steps of a large one
 * @returns undefined if the step may run now: the current slice has lasted for less than `SLICE_MS`. Otherwise a
 *   promise that resolves in a later turn of the event loop, after other requests have been read
 */
export function nextTurn(owner: unknown): Promise<void> | undefined {
  const now = performance.now();
  if (sliceBegan === null) beginSlice(now);
  else if (now - sliceBegan >= SLICE_MS) {
    return new Promise((resolve) => {
      const others = waiting.get(owner);
      if (others === undefined) waiting.set(owner, [resolve]);
      else others.push(resolve);
    });
  }
  return undefined;
}

function beginSlice(now: number): void {
  sliceBegan = now;
  setImmediate(endSlice);
}

function endSlice(): void {
  sliceBegan = null;
  const [first] = waiting;
  if (first === undefined) return;
  const [owner, steps] = first;
  waiting.delete(owner);
  const step = steps.shift();
  if (steps.length > 0) waiting.set(owner, steps);
  beginSlice(performance.now());
  step?.();
}
