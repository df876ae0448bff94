import type { Page, PageRequest, Position } from '../../src/model/page.ts';
import type { Store } from '../../src/ports/store.ts';

/** Everything that a store holds of profiles, words and dialogs, or of one profile, to be compared before and after. */
export async function contentsOf(store: Store, profileId?: string): Promise<unknown> {
  const everyone = await all((page) => store.profilePage(page));
  const profiles = everyone.filter(({ id }) => profileId === undefined || id === profileId);
  return Promise.all(
    profiles.map(async (profile) => ({
      profile,
      words: await all((page) => store.wordPage(profile.id, null, page)),
      dialogs: await all((page) => store.dialogPage(profile.id, null, page)),
    })),
  );
}

async function all<Node extends Position>(read: (page: PageRequest) => Promise<Page<Node>>): Promise<Node[]> {
  const nodes: Node[] = [];
  for (let after: Position | null = null; ; after = nodes.at(-1) ?? null) {
    const page: Page<Node> = await read({ first: 100, after });
    nodes.push(...page.nodes);
    if (!page.hasNextPage) return nodes;
  }
}
