import { expect, test } from 'vitest';
import { present } from '../contract/samples.ts';
import { graphql } from '../generated/index.ts';
import { openLearner, ReportPractice } from '../support/practice.ts';
import { scriptedGenerator } from '../support/scripted-generator.ts';
import { STORES } from '../support/stores.ts';

const SetLanguage = graphql(`
  mutation SetLanguageOfExamples($targetLanguage: String!) {
    updateProfile(id: "course", input: { targetLanguage: $targetLanguage }) { id }
  }
`);

test.each(STORES)(
  'the generator is shown rated dialogs in the target language only, also after it has changed, on $name',
  async ({ open }) => {
    const generator = scriptedGenerator();
    const { ask, claim } = await openLearner({ store: await open(), generator });
    const practise = async (rating: number) => {
      const [claimed] = await claim(1);
      const { dialogId, wordId } = present(claimed);
      const results = [{ wordId, grade: 'GOOD' as const }];
      await ask(ReportPractice, { profileId: 'course', dialogId, results, rating });
      return dialogId;
    };
    const shown = () => {
      const { liked, disliked } = present(generator.asked.at(-1));
      return { liked: liked.map(({ id }) => id), disliked: disliked.map(({ id }) => id) };
    };
    const liked = await practise(5);
    const disliked = await practise(1);
    await practise(3);
    expect(shown()).toEqual({ liked: [liked], disliked: [disliked] });
    await ask(SetLanguage, { targetLanguage: 'fr' });
    const french = await practise(4);
    expect(shown()).toEqual({ liked: [], disliked: [] });
    await practise(3);
    expect(shown()).toEqual({ liked: [french], disliked: [] });
    await ask(SetLanguage, { targetLanguage: 'es-MX' });
    await practise(3);
    expect(shown()).toEqual({ liked: [liked], disliked: [disliked] });
  },
);
