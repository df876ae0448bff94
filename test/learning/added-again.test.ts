import { expect, test } from 'vitest';
import { present } from '../contract/samples.ts';
import { graphql } from '../generated/index.ts';
import { openLearner, ReportPractice, ReviewDialog, reviewOf, usedDialogs } from '../support/practice.ts';
import { STORES } from '../support/stores.ts';

const AddAgain = graphql(`
  mutation AddAgain($ids: [ID!]!, $words: [WordInput!]!) {
    removeWords(profileId: "course", wordIds: $ids)
    addWords(profileId: "course", words: $words) { added { id } }
  }
`);

test.each(STORES)(
  'a word that was removed and added again has nothing of the reviews before, on $name',
  async ({ open }) => {
    const { ask, store, sleepDays } = await openLearner({ store: await open(), teaching: 2 });
    await store.updateProfile('course', { wordProgress: 'automatic' });
    const dialogs = await usedDialogs(store, 'course', 2);
    const [first, second] = [present(dialogs[0]), present(dialogs[1])];
    await ask(ReportPractice, reviewOf(first));
    sleepDays(1);
    const key = { profileId: 'course', wordId: first.wordId };
    const { text } = present((await store.words([key]))[0]);
    await ask(AddAgain, { ids: [first.wordId], words: [{ text }] });
    const added = (await store.words([key]))[0];
    await ask(ReportPractice, reviewOf(second));
    expect((await store.words([key]))[0]).toEqual(added);
    // Repeating the review changes nothing either, and a review of a dialog of the former word counts for this one.
    await ask(ReportPractice, reviewOf(first));
    expect((await store.words([key]))[0]).toEqual(added);
    const later = present(dialogs.find(({ id, wordId }) => wordId === first.wordId && id !== first.id));
    const { words } = (await ask(ReviewDialog, reviewOf(later))).reviewDialog;
    expect(words).toMatchObject([{ state: 'TEACHING', memory: { reviews: 1 } }]);
  },
);
