import type { Access } from '../access/access.ts';
import type { Reads } from '../access/services.ts';
import { nextTurn } from '../concurrency/fair-turns.ts';
import type { Clock } from '../ports/clock.ts';
import { createLoaders, type Loaders } from './loaders.ts';

/** What the resolvers of one request work with. They read by `store` and `loaders`, and write by the services. */
export interface Context
  extends Pick<
    Access,
    'pool' | 'profiles' | 'words' | 'imports' | 'voicing' | 'learning' | 'prompts' | 'shownOwner'
  > {
  /** Only the reads that take a page. Reads by key go through the loaders. */
  readonly store: Pick<Reads, 'profilePage' | 'wordPage' | 'dialogPage' | 'topUpPage'>;
  readonly loaders: Loaders;
  /** Whose limit of streams and waiting claims the request counts against; null if against none. */
  readonly caller: string | null;
  /** The URL at which the client reaches the server, without a slash at its end. Few requests need it. */
  baseUrl(): string;
  /** Forgets what was read, so that what is read from then on comes from the store. */
  refresh(): void;
}

/**
 * Creates the context of one request. Its loaders cache what they read until the next mutation.
 * @param access what the caller can read and change
 * @param request.caller whose limits it counts against
 */
export function createContext(
  access: Access,
  clock: Clock,
  { caller, baseUrl }: Pick<Context, 'caller' | 'baseUrl'>,
): Context {
  const { pool, profiles, words, imports, voicing, learning, prompts, shownOwner } = access;
  const loaders = createLoaders(access.reads, clock);
  return {
    store: access.reads,
    pool,
    profiles,
    words,
    imports,
    voicing,
    learning,
    prompts,
    shownOwner,
    loaders,
    caller,
    baseUrl,
    refresh() {
      access.refresh();
      for (const loader of Object.values(loaders)) loader.clearAll();
    },
  };
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
    context.refresh();
  }
}
