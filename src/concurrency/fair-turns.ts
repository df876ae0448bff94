import { currentRequest } from '../ports/request.ts';

/**
 * How long work may occupy the event loop without a break, in milliseconds. Node accepts one new connection in each
 * turn of the event loop, so a turn must be short.
 */
const SLICE_MS = 3;

/** Steps that wait. */
type Steps = (() => void)[];

/**
 * When the current slice of work began, by a monotonic clock; null if none has begun in this turn of the event loop.
 */
let sliceBegan: number | null = null;
/**
 * The waiting steps of each owner, by the caller that sent the request; undefined is work without a request. The caller
 * and the owner whose turn is next come first.
 */
const waiting = new Map<string | undefined, Map<unknown, Steps>>();

/**
 * Shares the event loop. Long work of many small steps calls this before each step and awaits the result. Callers take
 * turns, so that one of them with many requests does not keep the others waiting, and so do the owners of each caller.
 * @param owner what the work belongs to, such as a request. A small request does not wait for all steps of a large one
 * @returns undefined if the step may run now: the current slice has lasted for less than `SLICE_MS`. Otherwise a
 *   promise that resolves in a later turn of the event loop, after other requests have been read
 */
export function nextTurn(owner: unknown): Promise<void> | undefined {
  const now = performance.now();
  if (sliceBegan === null) beginSlice(now);
  else if (now - sliceBegan >= SLICE_MS) return new Promise((resolve) => enqueue(owner, resolve));
  return undefined;
}

function enqueue(owner: unknown, step: () => void): void {
  const caller = currentRequest()?.caller;
  const owners = waiting.get(caller) ?? new Map<unknown, Steps>();
  if (owners.size === 0) waiting.set(caller, owners);
  const steps = owners.get(owner);
  if (steps === undefined) owners.set(owner, [step]);
  else steps.push(step);
}

/** The next step of the owner and caller whose turn it is, both of which are the last ones then. */
function dequeue(): (() => void) | undefined {
  const [caller, owners] = takeFirst(waiting) ?? [];
  const [owner, steps] = (owners && takeFirst(owners)) ?? [];
  const step = steps?.shift();
  if (owners === undefined || steps === undefined) return undefined;
  if (steps.length > 0) owners.set(owner, steps);
  if (owners.size > 0) waiting.set(caller, owners);
  return step;
}

function takeFirst<Key, Value>(entries: Map<Key, Value>): [Key, Value] | undefined {
  const [first] = entries;
  if (first !== undefined) entries.delete(first[0]);
  return first;
}

function beginSlice(now: number): void {
  sliceBegan = now;
  setImmediate(endSlice);
}

function endSlice(): void {
  sliceBegan = null;
  const step = dequeue();
  if (step === undefined) return;
  beginSlice(performance.now());
  step();
}
