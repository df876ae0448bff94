import { nextTurn } from '../concurrency/turns.ts';
import type { Pool } from '../pool/pool.ts';
import type { Clock } from '../ports/clock.ts';
import type { Store } from '../ports/store.ts';
import type { ProfileService } from '../profiles/profile-service.ts';
import type { Voicing } from '../voicing/voicing.ts';
import type { WordExport } from '../words/export/word-export.ts';
import type { WordImport } from '../words/import/word-import.ts';
import type { WordService } from '../words/word-service.ts';
import { createLoaders, type Loaders } from './loaders.ts';

/** The parts of the application that the API is built on. All requests of a process share them. */
export interface Services {
  readonly store: Store;
  readonly clock: Clock;
  readonly pool: Pool;
  readonly profiles: ProfileService;
  readonly words: WordService;
  readonly imports: WordImport;
  readonly exports: WordExport;
  readonly voicing: Pick<Voicing, 'voiceDialogs'>;
}

/** What the resolvers of one request work with. They read by `store` and `loaders`, and write by the services. */
export interface Context extends Pick<Services, 'pool' | 'profiles' | 'words' | 'imports' | 'voicing'> {
  /** Only the reads that take a page. Reads by key go through the loaders. */
  readonly store: Pick<Store, 'profilePage' | 'wordPage' | 'dialogPage' | 'topUpPage'>;
  readonly loaders: Loaders;
  /** The URL at which the client reaches the server, without a slash at its end. */
  readonly baseUrl: string;
}

/** Creates the context of one request. Its loaders cache what they read until the next mutation. */
export function createContext(
  { store, clock, pool, profiles, words, imports, voicing }: Services,
  baseUrl: string,
): Context {
  return { store, pool, profiles, words, imports, voicing, baseUrl, loaders: createLoaders(store, clock) };
}

/**
 * Runs a mutation and then clears the loaders' caches. A document may contain several mutations, and the fields
 * selected on each must be read after it.
 */
export async function mutate<Result>(context: Context, mutation: () => Promise<Result>): Promise<Result> {
  const turn = nextTurn(context.loaders);
  if (turn) await turn;
  try {
    return await mutation();
  } finally {
    refresh(context);
  }
}

/** Clears the loaders' caches, so that what is read from then on comes from the store. */
export function refresh({ loaders }: Context): void {
  for (const loader of Object.values(loaders)) loader.clearAll();
}
