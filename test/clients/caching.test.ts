import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ApolloClient, gql, HttpLink } from '@apollo/client';
import { Client, fetchExchange } from '@urql/core';
import { expect, test } from 'vitest';
import { type Claim, type CoursePage, courseUrl, expectWholePage, reviewOf } from './course-page.ts';
import { apolloCache } from './recipes/apollo-cache.ts';
import { urqlCache } from './recipes/urql-cache.ts';

const PAGE = `query Page($after: String) {
  profile(id: "ana") {
    id
    pool { unusedTotal shortfall wordCounts { pending } }
    words(first: 20, after: $after) {
      edges { cursor node { id profileId text } }
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    }
  }
}`;
const ENSURE = `mutation Ensure {
  ensureDialogs(profileId: "ana", min: 5) { profile { id pool { unusedTotal shortfall } } }
}`;

const CLAIM = `mutation Claim {
  claimDialogs(profileId: "ana", count: 2) { id profileId word { id profileId } profile { id pool { unusedTotal shortfall } } }
}`;
const REVIEW = `mutation Review($dialogId: ID!, $wordId: ID!) {
  updateProfile(id: "ana", input: { wordProgress: AUTOMATIC }) { id }
  reviewDialog(profileId: "ana", dialogId: $dialogId, results: [{ wordId: $wordId, grade: GOOD }]) {
    profile { id pool { wordCounts { pending } } }
  }
}`;

test('Apollo Client shows three pages as one list, and the new pool after a mutation without a refetch', async () => {
  const client = new ApolloClient({
    cache: apolloCache(),
    link: new HttpLink({ uri: await courseUrl() }),
  });
  const query = { query: gql(PAGE), variables: { after: null } };
  const shown = () => {
    const page = client.readQuery<CoursePage>(query);
    if (!page) throw new Error('nothing is cached');
    return page;
  };
  await client.query({ ...query });
  for (let pages = 1; shown().profile.words.pageInfo.hasNextPage; pages += 1) {
    expect(pages).toBeLessThan(3);
    const variables = { after: shown().profile.words.pageInfo.endCursor };
    // As `fetchMore` does: without the network, the list that is cached would be the answer.
    await client.query({ ...query, variables, fetchPolicy: 'network-only' });
  }
  expectWholePage(shown(), 0);
  await client.mutate({ mutation: gql(ENSURE) });
  expectWholePage(shown(), 5);
  const { data } = await client.mutate<Claim>({ mutation: gql(CLAIM) });
  expectWholePage(shown(), 3);
  await client.mutate({ mutation: gql(REVIEW), variables: reviewOf(data) });
  expectWholePage(shown(), 3, 49);
});

test('urql shows three pages as one list, and the new pool after a mutation without a refetch', async () => {
  const client = new Client({ url: await courseUrl(), exchanges: [urqlCache, fetchExchange] });
  let after: string | null = null;
  for (;;) {
    const result: { readonly data?: CoursePage | undefined } = await client
      .query<CoursePage>(PAGE, { after })
      .toPromise();
    if (!result.data?.profile.words.pageInfo.hasNextPage) break;
    after = result.data.profile.words.pageInfo.endCursor;
  }
  const cached = () => {
    const page = client.readQuery<CoursePage>(PAGE, { after })?.data;
    if (!page) throw new Error('nothing is cached');
    return page;
  };
  expectWholePage(cached(), 0);
  const { error } = await client.mutation(ENSURE, {}).toPromise();
  expect(error).toBeUndefined();
  expectWholePage(cached(), 5);
  const { data } = await client.mutation<Claim>(CLAIM, {}).toPromise();
  expectWholePage(cached(), 3);
  await client.mutation(REVIEW, reviewOf(data)).toPromise();
  expectWholePage(cached(), 3, 49);
});

test.each(['apollo-cache', 'urql-cache', 'relay'])(
  'the settings of %s are those that are tested',
  async (name) => {
    const [recipe, page] = await Promise.all(
      [`recipes/${name}.ts`, '../../src/graphql/README.md'].map((path) =>
        readFile(join(import.meta.dirname, path), 'utf8'),
      ),
    );
    expect(page).toContain(`\`\`\`ts\n${recipe}\`\`\`\n`);
  },
);
