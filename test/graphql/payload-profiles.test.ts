import { type GraphQLObjectType, getNamedType, isObjectType } from 'graphql';
import { expect, test } from 'vitest';
import { schema } from '../../src/graphql/schema.ts';
import { graphql } from '../generated/index.ts';
import { createCourse } from '../support/course.ts';
import { openObservedStore } from '../support/observed-store.ts';
import { openTestApp } from '../support/test-app.ts';

graphql(`
  fragment Shown on Profile { id pool { unusedTotal usedTotal wordCounts { pending teaching learned } } }
`);
const Changes = graphql(`
  mutation ChangesWithProfiles($text: String!) {
    addWords(profileId: "course", words: [{ text: "casa" }]) { profile { ...Shown } }
    importWords(profileId: "course", input: { text: $text, format: CSV }) { profile { ...Shown } }
    ensureDialogs(profileId: "course", min: 3) { profile { ...Shown } }
    voiceDialogs(profileId: "course") { profile { ...Shown } }
    claimDialogs(profileId: "course", count: 2) { id word { id } profile { ...Shown } }
  }
`);
const Review = graphql(`
  mutation ReviewWithProfile($dialogId: ID!, $wordId: ID!) {
    setWordState(profileId: "course", wordIds: [$wordId], state: TEACHING) { profile { ...Shown } }
    reviewDialog(profileId: "course", dialogId: $dialogId, results: [{ wordId: $wordId, grade: EASY }]) {
      profile { ...Shown learning { reviews } }
    }
    rollBackLearning(profileId: "course", version: 0) { profile { learning { reviews } } }
  }
`);

const Read = graphql(`
  query DialogsWithProfile {
    profile(id: "course") { dialogs { edges { node { profile { ...Shown } word { profile { name } } } } } }
  }
`);

/** The mutations of one profile from whose result the profile cannot be read. */
function withoutProfile(mutations: GraphQLObjectType): string[] {
  return Object.values(mutations.getFields()).flatMap(({ name, type, args }) => {
    if (!args.some((arg) => arg.name === 'profileId' || arg.name === 'id')) return [];
    const result = getNamedType(type);
    const hasProfile = isObjectType(result) && String(result.getFields().profile?.type) === 'Profile!';
    return hasProfile || result.name === 'Profile' ? [] : [name];
  });
}

test('every mutation of a profile returns something that has the profile, unless it returns ids', () => {
  const mutations = schema.getMutationType();
  expect(mutations && withoutProfile(mutations)).toEqual(['deleteProfile', 'removeWords']);
});

test('each payload shows the profile as the mutation left it; a list reads it once', async () => {
  const { store, during } = await openObservedStore();
  const { ask } = await openTestApp({ store });
  await createCourse(store);
  const pool = (unusedTotal: number, usedTotal: number, pending: number, teaching = 0) => ({
    profile: {
      id: 'course',
      pool: { unusedTotal, usedTotal, wordCounts: { pending, teaching, learned: 0 } },
    },
  });
  const changed = await ask(Changes, { text: 'perro\ngato' });
  expect(changed).toMatchObject({
    addWords: pool(0, 0, 1),
    importWords: pool(0, 0, 3),
    ensureDialogs: pool(3, 0, 3),
    voiceDialogs: pool(3, 0, 3),
    claimDialogs: [pool(1, 2, 3), pool(1, 2, 3)],
  });
  const [dialog] = changed.claimDialogs;
  if (!dialog?.word) throw new Error('nothing was claimed');
  const variables = { dialogId: dialog.id, wordId: dialog.word.id };
  expect(await ask(Review, variables)).toMatchObject({
    setWordState: [pool(1, 2, 2, 1)],
    reviewDialog: { profile: { ...pool(1, 2, 2, 1).profile, learning: { reviews: 1 } } },
    rollBackLearning: { profile: { learning: { reviews: 0 } } },
  });

  const { calls } = await during(() => ask(Read, {}));
  expect(calls.toSorted()).toEqual(['dialogCounts', 'dialogPage', 'profiles', 'wordCounts', 'words']);
});
