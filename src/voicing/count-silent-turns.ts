import type { PageRequest } from '../model/page.ts';
import type { Store } from '../ports/store.ts';

/** How many turns of a profile's unused dialogs have no recording. */
export async function countSilentTurns(store: Store, profileId: string): Promise<number> {
  let silent = 0;
  let request: PageRequest | null = { first: 100, after: null };
  while (request !== null) {
    const { nodes, hasNextPage } = await store.dialogPage(profileId, false, request);
    for (const { turns } of nodes) silent += turns.filter(({ audio }) => audio === null).length;
    const last = nodes.at(-1);
    // An empty page has no cursor to continue from.
    request = hasNextPage && last ? { first: 100, after: last } : null;
  }
  return silent;
}
