import { describe, expect, test } from 'vitest';
import { tempCosmosStore } from '../cosmos/temp-cosmos-store.ts';
import { graphql } from '../generated/index.ts';
import { createCourse } from '../support/course.ts';
import { scriptedGenerator } from '../support/scripted-generator.ts';
import { openTestApp, type TestApp, tempSqliteStore } from '../support/test-app.ts';

const Claim = graphql(`
  mutation ClaimWithKey($profileId: ID!, $count: Int, $claimKey: ID) {
    claimDialogs(profileId: $profileId, count: $count, claimKey: $claimKey) { id isUsed turns { text } }
  }
`);

const ClaimTwice = graphql(`
  mutation ClaimWithKeyAndFail($claimKey: ID!) {
    claimDialogs(profileId: "course", count: 3, claimKey: $claimKey) { id }
    second: claimDialogs(profileId: "nobody") { id }
    third: claimDialogs(profileId: "course") { id }
  }
`);

const Totals = graphql(`
  query TotalsAfterClaims($profileId: ID!) { profile(id: $profileId) { pool { unusedTotal usedTotal } } }
`);

const Remove = graphql(`
  mutation RemoveClaimedWords($profileId: ID!, $wordIds: [ID!]!) {
    removeWords(profileId: $profileId, wordIds: $wordIds)
  }
`);

async function openWithDialogs(openStore = tempSqliteStore): Promise<TestApp> {
  const app = await openTestApp({ store: await openStore(), generator: scriptedGenerator() });
  await createCourse(app.store, { teaching: 10 });
  await app.pool.ensureDialogs('course', 8);
  return app;
}

describe.each([
  ['the embedded store', tempSqliteStore],
  ['Azure Cosmos DB', tempCosmosStore],
])('a claim with a key on %s', (_, openStore) => {
  const request = { profileId: 'course', count: 3, claimKey: '0b6f-lesson.1' };
  const totals = async (app: TestApp) => (await app.ask(Totals, { profileId: 'course' })).profile?.pool;

  test('is carried out by the second request if the first was lost', async () => {
    const app = await openWithDialogs(openStore);
    const { claimDialogs } = await app.ask(Claim, request);
    expect(claimDialogs).toHaveLength(3);
    expect(await totals(app)).toEqual({ unusedTotal: 5, usedTotal: 3 });
  });

  test('is answered again, with the same dialogs, if the response was lost', async () => {
    const app = await openWithDialogs(openStore);
    // The response is discarded unread, as if the connection broke.
    const lost = await app.app.fetch('http://127.0.0.1/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: Claim.toString(), variables: request }),
    });
    await lost.body?.cancel();
    expect(await totals(app)).toEqual({ unusedTotal: 5, usedTotal: 3 });
    const { claimDialogs } = await app.ask(Claim, request);
    expect(claimDialogs).toHaveLength(3);
    expect(claimDialogs.every(({ isUsed }) => isUsed)).toBe(true);
    expect(await totals(app)).toEqual({ unusedTotal: 5, usedTotal: 3 });
    for (const count of [1, 100]) {
      const repeated = await app.ask(Claim, { ...request, count });
      expect(repeated.claimDialogs).toEqual(claimDialogs);
    }
  });

  test('is answered again if a later mutation of the operation has failed', async () => {
    const app = await openWithDialogs(openStore);
    const { data, errors } = await app.send(ClaimTwice, { claimKey: request.claimKey });
    expect(data).toBeNull();
    expect(errors).toMatchObject([{ path: ['second'], extensions: { code: 'PROFILE_NOT_FOUND' } }]);
    expect(await totals(app)).toEqual({ unusedTotal: 5, usedTotal: 3 });
    expect((await app.ask(Claim, request)).claimDialogs).toHaveLength(3);
    expect(await totals(app)).toEqual({ unusedTotal: 5, usedTotal: 3 });
  });

  test('is one claim if several requests send it at the same time', async () => {
    const app = await openWithDialogs(openStore);
    const answers = await Promise.all(Array.from({ length: 6 }, () => app.ask(Claim, request)));
    for (const answer of answers) expect(answer).toEqual(answers[0]);
    expect(await totals(app)).toEqual({ unusedTotal: 5, usedTotal: 3 });
  });

  test('keeps the dialogs of words that are removed', async () => {
    const app = await openWithDialogs(openStore);
    const { claimDialogs } = await app.ask(Claim, request);
    const { nodes } = await app.store.wordPage('course', null, { first: 100, after: null });
    await app.ask(Remove, { profileId: 'course', wordIds: nodes.map(({ id }) => id) });
    expect((await app.ask(Claim, request)).claimDialogs).toEqual(claimDialogs);
  });

  test('does not affect claims without a key or with null', async () => {
    const app = await openWithDialogs(openStore);
    const first = await app.ask(Claim, { profileId: 'course', claimKey: null });
    const second = await app.ask(Claim, { profileId: 'course' });
    expect(first.claimDialogs).toHaveLength(1);
    expect(second.claimDialogs).not.toEqual(first.claimDialogs);
    expect(await totals(app)).toEqual({ unusedTotal: 6, usedTotal: 2 });
  });
});

describe('a key', () => {
  test.each([
    ['', 'an empty text'],
    ['x'.repeat(129), 'a text of 129 characters'],
    ['x'.repeat(300_000), 'a long text'],
    ['a b', 'a space'],
    ['a\u0000', 'a control character'],
    ['clé', 'a letter outside of ASCII'],
    ['\ud800', 'broken Unicode'],
  ])('is refused if it has %2$s', async (claimKey) => {
    const app = await openWithDialogs();
    const { errors } = await app.send(Claim, { profileId: 'course', claimKey });
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
    expect(errors[0]?.message).toBe('claimKey: must be 1 to 128 letters, digits, "_", "-" or "."');
    expect(await app.store.unusedTotal('course')).toBe(8);
  });

  test.each(['x', '.', '..', 'x'.repeat(128), '7c9e6679-7425-40de-944b-e07fc1f90ae7'])(
    'can be %s',
    async (claimKey) => {
      const app = await openWithDialogs();
      const once = await app.ask(Claim, { profileId: 'course', claimKey });
      expect(once.claimDialogs).toHaveLength(1);
      expect(await app.ask(Claim, { profileId: 'course', claimKey })).toEqual(once);
    },
  );

  test('with an unknown profile fails with PROFILE_NOT_FOUND', async () => {
    const app = await openWithDialogs();
    const { errors } = await app.send(Claim, { profileId: 'nobody', claimKey: 'x' });
    expect(errors).toMatchObject([{ extensions: { code: 'PROFILE_NOT_FOUND' } }]);
  });
});
