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

const waiting = new WaitingSteps();

/**
 * Shares the event loop. Long work of many small steps calls this before each step and awaits the result. The networks
 * that requests come from take turns, and so do the callers of each network. So a caller with many requests does not keep
 * others waiting, and a client that sends many different credentials keeps only its own network waiting. Work without a
 * request is one more network.
 *
 * Of one caller, what has started goes on before more is started, so that few requests are in memory and each is answered
 * soon after its start. Every fifth step starts something nevertheless: a small request does not wait for all steps of large
 * ones. Nothing is started without waiting while other steps wait.
 * @param owner what the work belongs to, such as a request; owners take turns. If it is left out, the step starts something
 * @returns undefined if the step may run now: the current slice has lasted for less than `SLICE_MS`. Otherwise a
 *   promise that resolves in a later turn of the event loop, after other requests have been read
 */
export function nextTurn(owner?: object): Promise<void> | undefined {
  const now = performance.now();
  if (sliceBegan === null) {
    beginSlice(now);
    return undefined;
  }
  const mayRun = now - sliceBegan < SLICE_MS && (owner !== undefined || waiting.isEmpty);
  return mayRun ? undefined : laterTurn(owner);
}

/**
 * Shares the event loop as `nextTurn` does, and always waits. Work calls it beside a piece that takes long and cannot be
 * divided.
 * @returns a promise that resolves in a later turn of the event loop
 */
export function laterTurn(owner?: object): Promise<void> {
  if (sliceBegan === null) beginSlice(performance.now());
  const caller = currentCaller();
  return new Promise((resolve) => waiting.add(owner === undefined ? caller : [...caller, owner], resolve));
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
