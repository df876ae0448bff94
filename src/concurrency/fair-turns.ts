import { setImmediate as turnOfLoop } from 'node:timers/promises';
import { currentCaller } from '../ports/request.ts';
import { WaitingSteps } from './waiting-steps.ts';

/**
 * How long work may occupy the event loop without a break, in milliseconds. Node accepts one new connection in each
 * turn of the event loop, so a turn must be short.
 */
const SLICE_MS = 3;

/**
 * When the current slice of work began, by a monotonic clock; null if none has begun in this turn of the event loop.
 */
let sliceBegan: number | null = null;
/** Whether the current slice is that of a step that has waited. */
let hasWaited = false;

const waiting = new WaitingSteps();

/**
 * Shares the event loop. Long work of many small steps calls this before each step and awaits the result. The networks
 * that requests come from take turns, and so do the callers of each network. So a caller with many requests does not keep
 * others waiting, and a client that sends many different credentials keeps only its own network waiting. Work without a
 * request counts as a network of its own.
 *
 * What a caller has started goes on before more of its work is started, so that few requests are in memory and each is
 * answered soon after its start. A fifth of the time is for starts nevertheless, so that a small request does not wait for
 * all steps of large ones.
 * @param owner what the work belongs to, such as a request. The owners of a caller take turns
 * @returns undefined if the step may run now: the current slice has lasted for less than `SLICE_MS`. Otherwise a
 *   promise that resolves in a later turn of the event loop, after other requests have been read
 */
export function nextTurn(owner: object): Promise<void> | undefined {
  return sliceLasts() ? undefined : laterTurn(owner);
}

/**
 * Shares the event loop as `nextTurn` does. Work calls it once, before its first step.
 * @returns undefined if the work may start now: the current slice has lasted for less than `SLICE_MS`, and no step waits.
 *   Otherwise a promise that resolves in a later turn of the event loop. Starts of a caller do not overtake each other
 */
export function startTurn(): Promise<void> | undefined {
  return sliceLasts() && waiting.isEmpty ? undefined : turnAt(currentCaller());
}

/**
 * Shares the event loop as `nextTurn` does, and always waits. Work calls it beside a piece that takes long and cannot be
 * divided.
 * @returns a promise that resolves in a later turn of the event loop
 */
export function laterTurn(owner: object): Promise<void> {
  return turnAt([...currentCaller(), owner]);
}

/**
 * Waits for as many turns of the event loop as there would have been if work had been done in slices, and not longer than
 * that work took. Work of long pieces calls it between them: a turn takes almost no time if nothing else is to be done, and
 * accepts one new connection.
 * @param ms how long the last piece took, in milliseconds
 */
export async function missedTurns(ms: number): Promise<void> {
  const end = performance.now() + ms;
  let turns = ms / SLICE_MS;
  do {
    await turnOfLoop();
    turns -= 1;
  } while (turns > 0 && performance.now() < end);
}

/** Whether the current slice goes on. It begins if there is none. */
function sliceLasts(): boolean {
  const now = performance.now();
  if (sliceBegan === null) beginSlice(now);
  return now - (sliceBegan ?? now) < SLICE_MS;
}

function turnAt(path: readonly unknown[]): Promise<void> {
  if (sliceBegan === null) beginSlice(performance.now());
  return new Promise((resolve) => waiting.add(path, resolve));
}

function beginSlice(now: number): void {
  sliceBegan = now;
  setImmediate(endSlice);
}

function endSlice(): void {
  const now = performance.now();
  if (hasWaited) waiting.ran(now - (sliceBegan ?? now));
  sliceBegan = null;
  const step = waiting.take();
  hasWaited = step !== undefined;
  if (step === undefined) return;
  beginSlice(now);
  step();
}
