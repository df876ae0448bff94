import { nextTurn } from '../concurrency/turns.ts';
import type { Pool } from '../pool/pool.ts';
import type { Clock, NewId } from '../ports/clock.ts';
import type { Store } from '../ports/store.ts';
import { createLoaders, type Loaders } from './loaders.ts';

/** What resolvers work with, the same for all requests of a process. */
export interface Services {
  readonly store: Store;
  readonly pool: Pool;
  readonly clock: Clock;
  readonly newId: NewId;
}

/** What resolvers work with during one request. */
export interface Context extends Services {
  readonly loaders: Loaders;
  /** What the server's paths are appended to where the client is to call them, without a slash at its end. */
  readonly baseUrl: string;
}

/** A new context; its loaders remember what was read for one request and no longer. */
export function createContext(services: Services, baseUrl: string): Context {
  return { ...services, baseUrl, loaders: createLoaders(services.store) };
}

/**
 * Runs a mutation and makes the request forget what it had read before: one document may hold several mutations,
 * and what is selected of each must be read after it.
 */
export async function mutate<Result>({ loaders }: Context, mutation: () => Promise<Result>): Promise<Result> {
  const turn = nextTurn(loaders);
  if (turn) await turn;
  try {
    return await mutation();
  } finally {
    for (const loader of Object.values(loaders)) loader.clearAll();
  }
}
