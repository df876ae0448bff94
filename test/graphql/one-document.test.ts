import { expect, test } from 'vitest';
import { graphql } from '../generated/index.ts';
import { createCourse } from '../support/course.ts';
import { openTestApp } from '../support/test-app.ts';

const WholeStory = graphql(`
  mutation WholeStory($words: [WordInput!]!) {
    createProfile(
      input: { id: "ana", name: "Ana", nativeLanguage: "en", targetLanguage: "es", minDialogs: 3 }
    ) { pool { unusedTotal shortfall wordCounts { pending } } }
    addWords(profileId: "ana", words: $words) { added { text unusedDialog { id } } }
    first: ensureDialogs(profileId: "ana") {
      created { word { text unusedDialog { id } } }
      unusedTotal
      profile { pool { unusedTotal usedTotal shortfall wordCounts { pending } } }
    }
    claimDialogs(profileId: "ana", count: 2) { isUsed word { unusedDialog { id } } }
    second: ensureDialogs(profileId: "ana", min: 2) {
      created { id }
      unusedTotal
      profile { pool { unusedTotal usedTotal shortfall } }
    }
    updateProfile(id: "ana", input: { name: "Anna", minDialogs: 9 }) {
      name
      pool { unusedTotal usedTotal min shortfall }
    }
    third: ensureDialogs(profileId: "ana", min: 0) { profile { name minDialogs } }
  }
`);

const DeleteFirst = graphql(`
  mutation DeleteThenClaim {
    deleteProfile(id: "course")
    claimDialogs(profileId: "course") { id }
  }
`);

const ReadAround = graphql(`
  mutation ReadAroundAChange($ids: [ID!]!) {
    before: setWordState(profileId: "course", wordIds: $ids, state: TEACHING) { id state unusedDialog { id } }
    removeWords(profileId: "course", wordIds: $ids)
    after: ensureDialogs(profileId: "course", min: 1) {
      unusedTotal
      outcome
      profile { word0: word(id: "none") { id } words { edges { node { id } } } pool { wordCounts { teaching } } }
    }
  }
`);

const Failing = graphql(`
  mutation OneOfThreeFails {
    one: updateProfile(id: "course", input: { name: "One" }) { name }
    two: updateProfile(id: "course", input: { minDialogs: 501 }) { name }
    three: updateProfile(id: "course", input: { level: C1 }) { name level minDialogs }
  }
`);

test('each mutation of a document sees the changes of those before it, and its fields are read before the next one runs', async () => {
  const app = await openTestApp();
  const words = ['casa', 'perro', 'gato', 'libro', 'mesa', 'llave'].map((text) => ({ text }));
  const data = await app.ask(WholeStory, { words });
  expect(data.createProfile.pool).toEqual({ unusedTotal: 0, shortfall: 3, wordCounts: { pending: 0 } });
  expect(data.addWords.added).toHaveLength(6);
  expect(data.first.unusedTotal).toBe(3);
  for (const { word } of data.first.created) expect(word?.unusedDialog).not.toBe(null);
  expect(data.first.profile.pool).toEqual({
    unusedTotal: 3,
    usedTotal: 0,
    shortfall: 0,
    wordCounts: { pending: 6 },
  });
  expect(data.claimDialogs).toEqual(Array(2).fill({ isUsed: true, word: { unusedDialog: null } }));
  expect(data.second.created).toHaveLength(1);
  expect(data.second.profile.pool).toEqual({ unusedTotal: 2, usedTotal: 2, shortfall: 1 });
  expect(data.updateProfile).toEqual({
    name: 'Anna',
    pool: { unusedTotal: 2, usedTotal: 2, min: 9, shortfall: 7 },
  });
  expect(data.third.profile).toEqual({ name: 'Anna', minDialogs: 9 });
});

test('the next mutation does not find words that a mutation has removed', async () => {
  const app = await openTestApp();
  const { words } = await createCourse(app.store, { pending: 2 });
  await app.pool.ensureDialogs('course', 2);
  const ids = words.map(({ id }) => id);
  const answer = await app.ask(ReadAround, { ids });
  expect(answer.before.map(({ state, unusedDialog }) => [state, unusedDialog !== null])).toEqual([
    ['TEACHING', true],
    ['TEACHING', true],
  ]);
  expect(answer.removeWords).toEqual(ids);
  expect(answer.after).toEqual({
    unusedTotal: 0,
    outcome: 'WORDS_EXHAUSTED',
    profile: { word0: null, words: { edges: [] }, pool: { wordCounts: { teaching: 0 } } },
  });
});

test('the next mutation does not find a profile that a mutation has deleted', async () => {
  const app = await openTestApp();
  await createCourse(app.store, { teaching: 2 });
  await app.pool.ensureDialogs('course', 2);
  const { data, errors } = await app.send(DeleteFirst, {});
  expect(data).toBe(null);
  expect(errors).toMatchObject([{ path: ['claimDialogs'], extensions: { code: 'PROFILE_NOT_FOUND' } }]);
  expect(await app.store.profiles(['course'])).toEqual([null]);
});

test('a failed mutation keeps the changes of those before it and stops those after it', async () => {
  const app = await openTestApp();
  await createCourse(app.store);
  const { errors } = await app.send(Failing, {});
  expect(errors).toMatchObject([{ path: ['two'], extensions: { code: 'BAD_USER_INPUT' } }]);
  expect(await app.store.profiles(['course'])).toMatchObject([{ name: 'One', level: 'A2', minDialogs: 12 }]);
});
