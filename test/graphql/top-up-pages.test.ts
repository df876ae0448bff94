import { expect, test } from 'vitest';
import { sampleTopUp, second } from '../contract/samples.ts';
import type { PageOfTopUpsQuery } from '../generated/graphql.ts';
import { graphql } from '../generated/index.ts';
import { createCourse } from '../support/course.ts';
import { openTestApp } from '../support/test-app.ts';

const Page = graphql(`
  query PageOfTopUps($after: String) {
    profile(id: "course") {
      topUps(after: $after) {
        edges { node { id created { id word { text } } skipped { reason word { text } } } }
        pageInfo { hasNextPage endCursor }
      }
    }
  }
`);

test('a page of top-ups ends before they have created, or skipped, more than 500 together', async () => {
  const { store, ask } = await openTestApp();
  await createCourse(store);
  const topUps = [
    { id: 'a', created: 12, skipped: 3 },
    { id: 'b', created: 300, skipped: 0 },
    { id: 'c', created: 188, skipped: 2 },
    { id: 'd', created: 1, skipped: 0 },
    { id: 'e', created: 0, skipped: 500 },
    { id: 'f', created: 0, skipped: 1 },
    { id: 'g', created: 700, skipped: 0 },
  ];
  for (const [index, { id, created, skipped }] of topUps.entries()) {
    const record = sampleTopUp('course', id, {
      startedAt: second(topUps.length - index),
      createdIds: Array.from({ length: created }, (_, i) => `${id}${i}`),
      skipped: Array.from({ length: skipped }, (_, i) => ({
        wordId: `w${i}`,
        reason: 'HAS_UNUSED_DIALOG' as const,
        message: null,
      })),
    });
    await store.createTopUp(record);
  }
  const pages: string[] = [];
  let after: string | null | undefined = null;
  do {
    const data: PageOfTopUpsQuery = await ask(Page, { after });
    const page = data.profile?.topUps;
    pages.push((page?.edges ?? []).map(({ node }) => node.id).join(' '));
    after = page?.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
  } while (after);
  expect(pages).toEqual(['a b c', 'd e', 'f g']);
});
