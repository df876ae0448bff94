import { currentRequest } from '../ports/request.ts';

/**
 * How long work may occupy the event loop without a break, in milliseconds. Node accepts one new connection in each
 * turn of the event loop, so a turn must be short.
 */
const SLICE_MS = 3;
/** Work that belongs to no request. */
const NO_REQUEST = { network: null, caller: null };

/**
 * When the current slice of work began, by a monotonic clock; null if none has begun in this turn of the event loop.
 */
let sliceBegan: number | null = null;

/** Steps that wait: its own come first, then those of groups, which take turns. The group whose turn is next comes first. */
class WaitingSteps {
  readonly #groups = new Map<unknown, WaitingSteps>();
  readonly #steps: (() => void)[] = [];

  /** @param path the group that the step belongs to, the group in it, and so on */
  add(path: readonly unknown[], step: () => void): void {
    const [key, ...inner] = path;
    if (path.length === 0) {
      this.#steps.push(step);
      return;
    }
    const group = this.#groups.get(key) ?? new WaitingSteps();
    this.#groups.set(key, group);
    group.add(inner, step);
  }

  /** Takes the next step; undefined if there is none. Its groups come last then. */
  take(): (() => void) | undefined {
    const own = this.#steps.shift();
    if (own !== undefined) return own;
    const [next] = this.#groups;
    if (next === undefined) return undefined;
    const [key, group] = next;
    this.#groups.delete(key);
    const step = group.take();
    if (!group.isEmpty) this.#groups.set(key, group);
    return step;
  }

  get isEmpty(): boolean {
    return this.#groups.size === 0 && this.#steps.length === 0;
  }
}

const waiting = new WaitingSteps();

/**
 * Shares the event loop. Long work of many small steps calls this before each step and awaits the result. The networks
 * that requests come from take turns, and so do the callers of each network and the owners of each caller. So a caller
 * with many requests does not keep others waiting, and a client that sends many different credentials keeps only its own
 * network waiting. Work without a request is one more network.
 * @param owner what the work belongs to, such as a request. A small request does not wait for all steps of a large one. If
 *   it is left out, the step comes before those of all owners of its caller
 * @returns undefined if the step may run now: the current slice has lasted for less than `SLICE_MS`. Otherwise a
 *   promise that resolves in a later turn of the event loop, after other requests have been read
 */
export function nextTurn(owner?: object): Promise<void> | undefined {
  const now = performance.now();
  if (sliceBegan === null) beginSlice(now);
  else if (now - sliceBegan >= SLICE_MS) return new Promise((resolve) => enqueue(owner, resolve));
  return undefined;
}

function enqueue(owner: object | undefined, step: () => void): void {
  const { network, caller } = currentRequest() ?? NO_REQUEST;
  waiting.add(owner === undefined ? [network, caller] : [network, caller, owner], step);
}

function beginSlice(now: number): void {
  sliceBegan = now;
  setImmediate(endSlice);
}

function endSlice(): void {
  sliceBegan = null;
  const step = waiting.take();
  if (step === undefined) return;
  beginSlice(performance.now());
  step();
}
