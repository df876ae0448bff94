import { graphql } from '../generated/index.ts';
import type { Server } from '../llm/server.ts';

const CreateProfile = graphql(`
  mutation CreateProfileOnServer($id: ID!, $minDialogs: Int!) {
    createProfile(
      input: { id: $id, name: "Course", nativeLanguage: "en", targetLanguage: "de", minDialogs: $minDialogs }
    ) { id }
  }
`);

const AddWords = graphql(`
  mutation AddWordsOnServer($profileId: ID!, $words: [WordInput!]!) {
    addWords(profileId: $profileId, words: $words) { added { id } }
  }
`);

const Ensure = graphql(`
  mutation EnsureOnServer($profileId: ID!, $min: Int) {
    ensureDialogs(profileId: $profileId, min: $min) {
      created { id word { id } turns { text translation } }
      unusedTotal
      outcome
    }
  }
`);

const Claim = graphql(`
  mutation ClaimOnServer($profileId: ID!) { claimDialogs(profileId: $profileId) { id } }
`);

const Dialogs = graphql(`
  query DialogsOnServer($profileId: ID!, $after: String) {
    profile(id: $profileId) {
      pool { unusedTotal usedTotal }
      dialogs(first: 100, after: $after) {
        edges { node { id isUsed word { id } turns { text translation } } }
        pageInfo { hasNextPage endCursor }
      }
    }
  }
`);

/** Creates a profile with pending words on a server. */
export async function createCourse(server: Server, profileId: string, words: number, minDialogs = 12) {
  await server.ask(CreateProfile, { id: profileId, minDialogs });
  await server.ask(AddWords, {
    profileId,
    words: Array.from({ length: words }, (_, i) => ({ text: `Wort ${i} ${profileId}` })),
  });
}

/** Tops up the pool of a profile. */
export async function ensure(server: Server, profileId: string, min?: number) {
  const variables = { profileId, ...(min !== undefined && { min }) };
  return (await server.ask(Ensure, variables)).ensureDialogs;
}

/** Claims one dialog and returns its id, null if there is none. */
export async function claim(server: Server, profileId: string): Promise<string | null> {
  return (await server.ask(Claim, { profileId })).claimDialogs[0]?.id ?? null;
}

/** All dialogs of a profile, and the counts of its pool. */
export async function dialogsOf(server: Server, profileId: string) {
  const all = [];
  let after: string | null = null;
  for (;;) {
    const { profile }: Awaited<ReturnType<typeof page>> = await page(server, profileId, after);
    if (!profile) throw new Error(`there is no profile ${profileId}`);
    all.push(...profile.dialogs.edges.map(({ node }) => node));
    if (!profile.dialogs.pageInfo.hasNextPage) return { all, pool: profile.pool };
    after = profile.dialogs.pageInfo.endCursor ?? null;
  }
}

const page = (server: Server, profileId: string, after: string | null) =>
  server.ask(Dialogs, { profileId, after });
