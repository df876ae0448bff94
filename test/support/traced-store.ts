import { setImmediate as laterTurn } from 'node:timers/promises';
import type { Store } from '../../src/ports/store.ts';

/** One call of a store. Both times are places in the order in which calls began and ended. */
export interface StoreCall {
  readonly name: string;
  readonly began: number;
  ended: number;
}

/** The store with every call written down. No call ends in the turn of the event loop in which it began, as if the store were on another machine. */
export function traced(store: Store): { readonly store: Store; readonly calls: StoreCall[] } {
  const calls: StoreCall[] = [];
  let moment = 0;
  const tracing = new Proxy(store, {
    get(target, name) {
      const method: unknown = Reflect.get(target, name);
      if (typeof method !== 'function') return method;
      return async (...args: unknown[]) => {
        const call: StoreCall = { name: String(name), began: ++moment, ended: Number.POSITIVE_INFINITY };
        calls.push(call);
        try {
          return await Reflect.apply(method, target, args);
        } finally {
          await laterTurn();
          call.ended = ++moment;
        }
      };
    },
  });
  return { store: tracing, calls };
}

/** Resolves when no call has begun or ended for more turns of the event loop than there are between two calls. */
export async function untilQuiet(calls: readonly StoreCall[]): Promise<void> {
  const state = () => JSON.stringify(calls);
  for (let quiet = 0, before = state(); quiet < 50; quiet += 1) {
    await new Promise(setImmediate);
    if (state() === before) continue;
    before = state();
    quiet = 0;
  }
}

/** How many of the calls waited for each other: the round trips in a row, however far away the store is. */
export function longestChain(calls: readonly StoreCall[]): number {
  const chains: { call: StoreCall; length: number }[] = [];
  for (const call of calls) {
    const before = chains.filter((earlier) => earlier.call.ended < call.began).map(({ length }) => length);
    chains.push({ call, length: 1 + Math.max(0, ...before) });
  }
  return Math.max(0, ...chains.map(({ length }) => length));
}

/** The calls before the first dialog is created, and those after the last; all are before where none is. */
export function aroundCreations(calls: readonly StoreCall[]): { before: StoreCall[]; after: StoreCall[] } {
  const creations = calls.filter(({ name }) => name === 'createDialog');
  const first = creations[0]?.began ?? Number.POSITIVE_INFINITY;
  const last = Math.max(...creations.map(({ ended }) => ended));
  return {
    before: calls.filter(({ began }) => began < first),
    after: calls.filter(({ began }) => began > first && began > last),
  };
}
