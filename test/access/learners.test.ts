import { describe, expect, test } from 'vitest';
import { graphql } from '../generated/index.ts';
import { contentsOf } from '../support/contents.ts';
import { createCourse } from '../support/course.ts';
import { openObservedStore } from '../support/observed-store.ts';
import { ReviewDialog, reviewOf, usedDialogs } from '../support/practice.ts';
import { STORES } from '../support/stores.ts';
import { openTestApp, type TestApp } from '../support/test-app.ts';
import { type Issuer, openIssuer } from './issuer.ts';

const Create = graphql(`
  mutation CreateOwned($input: CreateProfileInput!) { createProfile(input: $input) { id ownerId } }
`);

const Update = graphql(`
  mutation UpdateOwned($id: ID!, $input: UpdateProfileInput!) { updateProfile(id: $id, input: $input) { name ownerId } }
`);

const Remove = graphql(`
  mutation DeleteOwned($id: ID!) { deleteProfile(id: $id) }
`);

const List = graphql(`
  query ListOwned($first: Int, $after: String) {
    profiles(first: $first, after: $after) {
      edges { node { id ownerId pool { unusedTotal wordCounts { teaching } } words { edges { node { text unusedDialog { id } } } } } }
      pageInfo { hasNextPage endCursor }
    }
  }
`);

const ListOf = graphql(`
  query ListOfOwner($ownerId: String, $first: Int, $after: String) {
    profiles(ownerId: $ownerId, first: $first, after: $after) {
      edges { node { ownerId } }
      pageInfo { endCursor }
    }
  }
`);

const Fill = graphql(`
  mutation FillOwned($id: ID!) { ensureDialogs(profileId: $id, min: 1) { unusedTotal profile { id ownerId } } }
`);

const course = { name: 'Course', nativeLanguage: 'en', targetLanguage: 'es' };

async function opened(store?: TestApp['store']): Promise<{ app: TestApp; issuer: Issuer; alice: string }> {
  const issuer = await openIssuer();
  const app = await openTestApp({ authenticate: issuer.authenticate, ...(store && { store }) });
  return { app, issuer, alice: await issuer.token('alice', 'learner') };
}

describe.each(STORES)('a learner on $name', ({ open }) => {
  test('sees and changes the profiles that it owns, and no others', async () => {
    const { app, issuer, alice } = await opened(await open());
    const bob = await issuer.token('bob', 'learner');
    await createCourse(app.store, { id: 'nobody', teaching: 1 });
    for (const [owner, token] of Object.entries({ alice, bob })) {
      for (const number of [1, 2]) {
        const { createProfile } = await app.ask(
          Create,
          { input: { ...course, id: `${owner}-${number}` } },
          token,
        );
        expect(createProfile).toEqual({ id: `${owner}-${number}`, ownerId: null });
      }
    }
    expect(await app.store.profiles(['alice-1', 'bob-2', 'nobody'])).toMatchObject([
      { ownerId: 'alice' },
      { ownerId: 'bob' },
      { ownerId: null },
    ]);
    const first = await app.ask(List, { first: 1 }, alice);
    expect(first.profiles).toMatchObject({
      edges: [{ node: { id: 'alice-1' } }],
      pageInfo: { hasNextPage: true },
    });
    const second = await app.ask(List, { first: 1, after: first.profiles.pageInfo.endCursor ?? null }, alice);
    expect(second.profiles).toMatchObject({
      edges: [{ node: { id: 'alice-2' } }],
      pageInfo: { hasNextPage: false },
    });
    const { updateProfile } = await app.ask(Update, { id: 'alice-1', input: { name: 'Mine' } }, alice);
    expect(updateProfile).toEqual({ name: 'Mine', ownerId: null });
    const before = await contentsOf(app.store);
    for (const id of ['bob-1', 'nobody', 'missing']) {
      const answers = [
        await app.send(Update, { id, input: { name: 'Mine' } }, alice),
        await app.send(Remove, { id }, alice),
        await app.send(Fill, { id }, alice),
      ];
      for (const { errors } of answers)
        expect(errors).toMatchObject([{ extensions: { code: 'PROFILE_NOT_FOUND' } }]);
    }
    expect(await contentsOf(app.store)).toEqual(before);
    expect(await app.ask(Remove, { id: 'alice-1' }, alice)).toEqual({ deleteProfile: 'alice-1' });
  });

  test('loses a profile that a service gives to another, at once', async () => {
    const { app, issuer, alice } = await opened(await open());
    const [service, bob] = [await issuer.token('backend', 'service'), await issuer.token('bob', 'learner')];
    const input = { ...course, id: 'a', ownerId: 'alice' };
    expect(await app.ask(Create, { input }, service)).toEqual({
      createProfile: { id: 'a', ownerId: 'alice' },
    });
    const idsFor = async (token: string) =>
      (await app.ask(List, {}, token)).profiles.edges.map(({ node }) => node.id);
    expect([await idsFor(alice), await idsFor(bob)]).toEqual([['a'], []]);
    const given = await app.ask(Update, { id: 'a', input: { ownerId: 'bob' } }, service);
    expect(given.updateProfile).toEqual({ name: 'Course', ownerId: 'bob' });
    expect([await idsFor(alice), await idsFor(bob)]).toEqual([[], ['a']]);
    await app.ask(Update, { id: 'a', input: { ownerId: null } }, service);
    expect([await idsFor(alice), await idsFor(bob), await idsFor(service)]).toEqual([[], [], ['a']]);
  });
});

// Every store keeps a limit of profiles by its contract.
test('a learner can have 20 profiles, also if it creates many at once', async () => {
  const { app, alice } = await opened();
  const create = async (count: number) => {
    const answers = await Promise.all(
      Array.from({ length: count }, () => app.send(Create, { input: course }, alice)),
    );
    return answers.filter(({ errors }) => errors.length > 0).map(({ errors }) => errors[0]);
  };
  expect(await create(17)).toEqual([]);
  for (const error of await create(6)) {
    expect(error?.extensions?.code).toBe('FORBIDDEN');
    expect(error?.message).toBe('You have 20 profiles, and may not have more. Delete one first.');
  }
  const count = async () => (await app.ask(List, { first: 100 }, alice)).profiles.edges.length;
  expect(await count()).toBeLessThanOrEqual(20);
  while ((await count()) < 20) expect(await create(1)).toEqual([]);
  expect(await create(1)).toHaveLength(1);
  expect(await count()).toBe(20);
});

test('a learner cannot set an owner, of its own profile or of any other, and the refusal is the same for all', async () => {
  const { app, alice } = await opened();
  await createCourse(app.store, { id: 'mine', ownerId: 'alice' });
  await createCourse(app.store, { id: 'theirs', ownerId: 'bob' });
  const before = await contentsOf(app.store);
  const attempts = [
    await app.send(Create, { input: { ...course, ownerId: 'alice' } }, alice),
    await app.send(Create, { input: { ...course, ownerId: 'bob' } }, alice),
    ...(await Promise.all(
      ['mine', 'theirs', 'missing'].flatMap((id) =>
        ['alice', 'bob', null].map((ownerId) => app.send(Update, { id, input: { ownerId } }, alice)),
      ),
    )),
  ];
  const messages = attempts.map(({ errors: [error] }) => [error?.extensions?.code, error?.message]);
  expect(new Set(messages.map((message) => JSON.stringify(message)))).toEqual(
    new Set([
      JSON.stringify([
        'FORBIDDEN',
        'Only services may set the owner of a profile. Leave ownerId out: a profile belongs to the learner that creates it.',
      ]),
    ]),
  );
  expect(await contentsOf(app.store)).toEqual(before);
});

test('the refusal of a taken id does not depend on its owner', async () => {
  const { app, alice } = await opened();
  for (const ownerId of ['alice', 'bob', null])
    await createCourse(app.store, { id: `of-${ownerId}`, ownerId });
  const refusals = await Promise.all(
    ['of-alice', 'of-bob', 'of-null'].map(async (id) => {
      const { errors } = await app.send(Create, { input: { ...course, id } }, alice);
      return JSON.stringify(errors).replaceAll(id, 'id');
    }),
  );
  expect(new Set(refusals).size).toBe(1);
  expect(refusals[0]).toContain('PROFILE_ALREADY_EXISTS');
});

test('the owner of a profile is shown to services only', async () => {
  const { app, issuer, alice } = await opened();
  await createCourse(app.store, { ownerId: 'alice', teaching: 2 });
  const shown = async (token: string) =>
    (await app.ask(List, {}, token)).profiles.edges.map(({ node }) => node.ownerId);
  expect(await shown(await issuer.token('backend', 'service'))).toEqual(['alice']);
  expect(await shown(await issuer.token('dashboard', 'reader'))).toEqual([null]);
  expect(await shown(alice)).toEqual([null]);
  expect((await app.ask(Fill, { id: 'course' }, alice)).ensureDialogs.profile.ownerId).toBeNull();
});

test.each(STORES)('services alone list the profiles of one owner, on $name', async ({ open }) => {
  const { app, issuer, alice } = await opened(await open());
  const service = await issuer.token('backend', 'service');
  for (const ownerId of ['alice', 'bob', null, 'alice']) {
    await app.ask(Create, { input: { ...course, ownerId } }, service);
  }
  const owners = async (variables: { ownerId: string | null; first?: number; after?: string }) => {
    const { profiles } = await app.ask(ListOf, variables, service);
    return { owners: profiles.edges.map(({ node }) => node.ownerId), end: profiles.pageInfo.endCursor };
  };
  const first = await owners({ ownerId: 'alice', first: 1 });
  expect(first.owners).toEqual(['alice']);
  expect((await owners({ ownerId: 'alice', after: first.end ?? '' })).owners).toEqual(['alice']);
  expect((await owners({ ownerId: 'nobody' })).owners).toEqual([]);
  expect((await owners({ ownerId: null })).owners).toHaveLength(4);
  const refused = await app.send(ListOf, { ownerId: '' }, service);
  expect(refused.errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
  for (const token of [alice, await issuer.token('dashboard', 'reader')]) {
    for (const ownerId of ['alice', 'bob', 'nobody']) {
      const { errors } = await app.send(ListOf, { ownerId }, token);
      expect(errors).toMatchObject([
        {
          message: 'Only services may list the profiles of one owner. Leave ownerId out.',
          extensions: { code: 'FORBIDDEN' },
        },
      ]);
    }
    expect((await app.send(ListOf, { ownerId: null }, token)).errors).toEqual([]);
  }
});

test('if a token has several roles, the one that may do most applies', async () => {
  const { app, issuer } = await opened();
  await createCourse(app.store);
  const seen = async (roles: string[]) =>
    (await app.ask(List, {}, await issuer.token('alice', roles))).profiles.edges.length;
  expect(await seen(['learner', 'service'])).toBe(1);
  expect(await seen(['learner', 'reader'])).toBe(1);
  expect(await seen(['other', 'learner'])).toBe(0);
});

test('an owner that is no possible subject is refused', async () => {
  const { app, issuer } = await opened();
  const service = await issuer.token('backend', 'service');
  for (const ownerId of ['', 'x'.repeat(256), 'a\u0000b', 'a\nb', 'a\ud800']) {
    const { errors } = await app.send(Create, { input: { ...course, ownerId } }, service);
    expect(errors).toMatchObject([
      {
        message: 'input.ownerId: must have 1 to 255 characters, and no control characters',
        extensions: { code: 'BAD_USER_INPUT' },
      },
    ]);
  }
});

test('reading as a learner takes as many queries as reading as a service, and topping up one more', async () => {
  const { store, during } = await openObservedStore();
  const { app, issuer, alice } = await opened(store);
  const service = await issuer.token('backend', 'service');
  await createCourse(store, { id: 'a', ownerId: 'alice', teaching: 3 });
  const callsOf = async (work: () => Promise<unknown>) => (await during(work)).calls.toSorted();
  expect(await callsOf(() => app.ask(List, {}, alice))).toEqual(
    await callsOf(() => app.ask(List, {}, service)),
  );
  await app.ask(Fill, { id: 'a' }, service);
  await app.pool.finish(10_000);
  expect(await callsOf(() => app.ask(Fill, { id: 'a' }, service))).toEqual(['profiles', 'unusedTotal']);
  expect(await callsOf(() => app.ask(Fill, { id: 'a' }, alice))).toEqual([
    'profiles',
    'profiles',
    'unusedTotal',
  ]);
});

test('a learner cannot set how many calls are paid for, and a service can', async () => {
  const { app, alice, issuer } = await opened();
  await createCourse(app.store, { id: 'mine', ownerId: 'alice' });
  const attempts = [
    await app.send(Create, { input: { ...course, maxCallsPerDay: 5 } }, alice),
    await app.send(Update, { id: 'mine', input: { maxCallsPerDay: 5 } }, alice),
    await app.send(Update, { id: 'mine', input: { maxCallsPerDay: null } }, alice),
  ];
  expect(attempts.map(({ errors: [error] }) => error?.extensions?.code)).toEqual(Array(3).fill('FORBIDDEN'));
  const service = await issuer.token('backend', 'service');
  await app.ask(Update, { id: 'mine', input: { maxCallsPerDay: 5 } }, service);
  expect(await app.store.profiles(['mine'])).toMatchObject([{ maxCallsPerDay: 5 }]);
});

describe.each(STORES)("reviews of someone else's dialogs on $name", ({ open }) => {
  test('behave as those of a missing profile, and change nothing', async () => {
    const { app, alice } = await opened(await open());
    await createCourse(app.store, { ownerId: 'bob', teaching: 2 });
    await createCourse(app.store, { id: 'other', ownerId: 'bob', teaching: 2 });
    const dialogs = await usedDialogs(app.store, 'course', 1);
    const [reviewed, unreviewed] = dialogs.map(reviewOf);
    if (!reviewed || !unreviewed) throw new Error('there are two dialogs');
    const { dialogId, results } = reviewed;
    const [{ wordId } = { wordId: '' }] = results;
    await app.learning.reviewDialog('course', dialogId, { results: [{ wordId, grade: 'good' }], rating: 4 });
    const before = await contentsOf(app.store);
    for (const variables of [reviewed, unreviewed, { ...reviewed, dialogId: 'none' }]) {
      const { errors, data } = await app.send(ReviewDialog, variables, alice);
      expect(data ?? null).toBeNull();
      const missing = await app.send(ReviewDialog, { ...variables, profileId: 'missing' }, alice);
      const asMissing = missing.errors.map(({ message }) => message.replace('missing', 'course'));
      expect(errors.map(({ message }) => message)).toEqual(asMissing);
      expect(errors[0]?.extensions?.code).toBe('PROFILE_NOT_FOUND');
    }
    expect(await contentsOf(app.store)).toEqual(before);
  });
});
