import { expect, test } from 'vitest';
import { graphql } from '../generated/index.ts';
import { frozenClock } from '../support/clocks.ts';
import { createCourse } from '../support/course.ts';
import { openTestApp, tempSqliteStore } from '../support/test-app.ts';
import { longestChain, traced } from '../support/traced-store.ts';
import { openIssuer } from './issuer.ts';

const Fill = graphql(`
  mutation FillFullPool { ensureDialogs(profileId: "course", min: 2) { unusedTotal } }
`);

const Claim = graphql(`
  mutation ClaimToReview { claimDialogs(profileId: "course") { id word { id } } }
`);

const Review = graphql(`
  mutation ReviewAsCaller($dialog: ID!, $word: ID!) {
    reviewDialog(profileId: "course", dialogId: $dialog, results: [{ wordId: $word, grade: GOOD }]) {
      dialog { id }
    }
  }
`);

test('a learner waits for one round trip more than a service at most, and for two if its pool is full', async () => {
  const issuer = await openIssuer();
  const { store, calls } = traced(await tempSqliteStore());
  // A top-up is recorded if it takes long, as it may on a slow machine.
  const app = await openTestApp({ store, clock: frozenClock(), authenticate: issuer.authenticate });
  await createCourse(store, { ownerId: 'alice', teaching: 6 });
  await app.pool.ensureDialogs('course', 6);
  await app.pool.finish(10_000);
  const chainOf = async (work: () => Promise<unknown>) => {
    const before = calls.length;
    await work();
    return longestChain(calls.slice(before));
  };
  const chains: Record<string, { full: number; review: number }> = {};
  for (const [subject, role] of Object.entries({ alice: 'learner', backend: 'service' })) {
    const token = await issuer.token(subject, role);
    const full = await chainOf(() => app.ask(Fill, {}, token));
    const [claimed] = (await app.ask(Claim, {}, token)).claimDialogs;
    const variables = { dialog: claimed?.id ?? '', word: claimed?.word?.id ?? '' };
    chains[role] = { full, review: await chainOf(() => app.ask(Review, variables, token)) };
  }
  expect(chains.learner?.full).toBeLessThanOrEqual(2);
  expect(chains.learner?.review).toBeLessThanOrEqual((chains.service?.review ?? 0) + 1);
});
