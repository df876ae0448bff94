/**
 * How long work may keep the event loop to itself, in milliseconds. Node accepts one new connection in each turn of the
 * event loop, so that a turn must be short.
 */
const SLICE_MS = 3;

/** When the present slice began, by a monotonic clock; null before any work has asked for its turn in it. */
let sliceBegan: number | null = null;
/** Who waits, those whose turn comes next first. */
const waiting = new Map<unknown, (() => void)[]>();

/**
 * Long work that consists of many small steps asks for its turn before each of them, and waits for what is returned:
 * nothing while the event loop has been busy for less than `SLICE_MS`, then a promise that resolves in a later turn of
 * the event loop, after other requests have been read. One step at a time is let on.
 * @param owner whose work it is, such as a request: owners take turns, so that a small one is not kept by a large one
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
