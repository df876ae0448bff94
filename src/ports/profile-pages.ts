import type { PageRequest } from '../model/page.ts';
import type { Profile } from '../model/profile.ts';
import type { ProfileStore } from './profiles.ts';

/** Profiles read at a time. */
const PAGE = 100;

/** Reads all profiles, oldest first, 100 at a time. Profiles that are created or deleted meanwhile may be in it. */
export async function* profilePages(
  store: Pick<ProfileStore, 'profilePage'>,
): AsyncGenerator<readonly Profile[]> {
  for (let request: PageRequest | null = { first: PAGE, after: null }; request !== null; ) {
    const { nodes, hasNextPage } = await store.profilePage(request);
    yield nodes;
    const last = nodes.at(-1);
    request = hasNextPage && last ? { first: PAGE, after: last } : null;
  }
}
