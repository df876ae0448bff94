import { expect } from 'vitest';
import { createCourse } from '../support/course.ts';
import { listen } from '../support/listen.ts';
import { openTestApp } from '../support/test-app.ts';

/** What a page shows of a course: its pool, and a list of words that is read in pages of 20. */
export interface CoursePage {
  readonly profile: {
    readonly pool: { readonly unusedTotal: number; readonly wordCounts: { readonly pending: number } };
    readonly words: {
      readonly edges: readonly { readonly node: { readonly text: string } }[];
      readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string };
    };
  };
}

/** What a page reads of the dialogs that it has claimed. */
export type Claim = {
  readonly claimDialogs: readonly { readonly id: string; readonly word: { readonly id: string } }[];
};

/** The URL of a server that has a profile `ana` with 50 pending words and an empty pool. */
export async function courseUrl(): Promise<string> {
  const { app, store } = await openTestApp();
  await createCourse(store, { id: 'ana', pending: 50 });
  return listen(app);
}

/** The variables of a review of the first claimed dialog. */
export function reviewOf(claim: Claim | undefined): { dialogId: string; wordId: string } {
  const [dialog] = claim?.claimDialogs ?? [];
  if (dialog === undefined) throw new Error('nothing was claimed');
  return { dialogId: dialog.id, wordId: dialog.word.id };
}

/** Three pages of words are one list, and the list stays when a mutation changes the pool. */
export function expectWholePage(page: CoursePage, unusedTotal: number, pending = 50): void {
  expect(new Set(page.profile.words.edges.map(({ node }) => node.text)).size).toBe(50);
  const shortfall = 12 - unusedTotal;
  expect(page.profile.pool).toMatchObject({ unusedTotal, shortfall, wordCounts: { pending } });
}
