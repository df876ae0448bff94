import { type DialogReview, MAX_RESULTS, RATINGS, type WordResult } from '../model/dialog-review.ts';
import type { Grade } from '../model/review.ts';
import type { StoredReview } from '../ports/reviews.ts';
import { builder } from './builder.ts';
import { type Context, mutate } from './context.ts';
import { DialogRef } from './dialog.ts';
import { rating, wordResults } from './input.ts';
import { LearningRef } from './learning.ts';
import { listSize } from './list-size.ts';
import { ProfileRef } from './profile.ts';
import { type OfProfile, profileOf } from './profile-of.ts';
import { WordRef } from './word.ts';

const GradeRef = builder.enumType('Grade', {
  description: 'How well a word was recalled, as Anki and FSRS grade it.',
  values: {
    AGAIN: { value: 'again', description: 'The learner did not recall it.' },
    HARD: { value: 'hard', description: 'The learner recalled it with difficulty.' },
    GOOD: { value: 'good', description: 'The learner recalled it after a moment.' },
    EASY: { value: 'easy', description: 'The learner recalled it at once.' },
  } as const satisfies Record<Uppercase<Grade>, { value: Grade; description: string }>,
});

const WordResultRef = builder.objectRef<OfProfile<WordResult>>('WordResult').implement({
  description: 'How well one word was recalled in a practice.',
  fields: (t) => ({
    word: t.field({
      type: WordRef,
      nullable: true,
      description: 'The word. Null if it has been removed since.',
      resolve: ({ profileId, wordId }, _, { loaders }) => loaders.words.load({ profileId, wordId }),
    }),
    grade: t.expose('grade', { type: GradeRef, description: 'How well it was recalled.' }),
    predicted: t.exposeFloat('predicted', {
      nullable: true,
      description:
        'The probability of recall, 0 to 1, that was predicted before this result was known. Null for the first review of a word.',
    }),
  }),
});

const DialogReviewRef = builder.objectRef<OfProfile<DialogReview>>('DialogReview').implement({
  description: 'What the learner reported after practising with a dialog.',
  fields: (t) => ({
    reviewedAt: t.expose('reviewedAt', { type: 'DateTime', description: 'When it was reported.' }),
    rating: t.exposeInt('rating', {
      nullable: true,
      description: 'How much the learner liked the dialog, 1 to 5. Null if the learner gave no rating.',
    }),
    results: t.field({
      type: [WordResultRef],
      description: `How well words were recalled: 1 to ${MAX_RESULTS}, in the order given.`,
      extensions: listSize(() => MAX_RESULTS),
      resolve: ({ profileId, results }) => results.map((result) => ({ profileId, ...result })),
    }),
  }),
});

builder.objectField(DialogRef, 'review', (t) =>
  t.field({
    type: DialogReviewRef,
    nullable: true,
    description: 'What the learner reported after practising with the dialog. Null before.',
    resolve: ({ profileId, review }) => review && { profileId, ...review },
  }),
);

const WordResultInput = builder.inputType('WordResultInput', {
  description: 'How well a word was recalled in a practice.',
  fields: (t) => ({
    wordId: t.id({ required: true, description: 'The id of the word.' }),
    grade: t.field({ type: GradeRef, required: true, description: 'How well it was recalled.' }),
  }),
});

const ReviewDialogPayload = builder.objectRef<StoredReview>('ReviewDialogPayload').implement({
  description: 'The result of reviewDialog.',
  fields: (t) => ({
    dialog: t.field({
      type: DialogRef,
      description: 'The dialog with its review.',
      resolve: ({ dialog }) => dialog,
    }),
    words: t.field({
      type: [WordRef],
      description: 'The words that were graded, as they are now. Words that were removed since are left out.',
      resolve: ({ words }) => words,
    }),
    learning: t.field({
      type: LearningRef,
      description: 'What is known of the learner now.',
      resolve: ({ learning }) => learning,
    }),
    profile: t.field({
      type: ProfileRef,
      description: 'The profile, as it is after the mutation.',
      resolve: ({ dialog }, _, context) => profileOf(dialog, context),
    }),
  }),
});

builder.mutationField('reviewDialog', (t) =>
  t.field({
    type: ReviewDialogPayload,
    description:
      "Reports a practice with a dialog that was claimed or marked as used. The dialog keeps the review, and it changes at once the memories of the words, what is known of the learner and, if the profile's `wordProgress` is AUTOMATIC, the states of the words. A dialog is reviewed once: repeating the call changes nothing and returns the same, so a client that lost the response can send it again. A word's first result on a UTC day counts; later ones are only kept. If the profile does not have a word, the error is WORD_NOT_FOUND and nothing is changed.",
    extensions: listSize(() => MAX_RESULTS, ['words']),
    args: {
      profileId: t.arg.id({ required: true, description: 'The id of the profile.' }),
      dialogId: t.arg.id({ required: true, description: 'The id of the dialog.' }),
      results: t.arg({
        type: [WordResultInput],
        required: true,
        description: `How well words were recalled: 1 to ${MAX_RESULTS}, each of another word of the profile.`,
        validate: wordResults,
      }),
      rating: t.arg.int({
        description: `How much the learner liked the dialog, ${RATINGS.min} to ${RATINGS.max}.`,
        validate: rating.nullish(),
      }),
    },
    resolve: async (_, { profileId, dialogId, ...practice }, context) => {
      const stored = await mutate(context, () =>
        context.learning.reviewDialog(profileId, dialogId, {
          results: practice.results,
          rating: practice.rating ?? null,
        }),
      );
      prime(context, stored);
      return stored;
    },
  }),
);

/** Spares the fields of the response from reading again what the review has just written. */
function prime({ loaders }: Context, { learning, words }: StoredReview): void {
  loaders.learnings.prime(learning.profileId, learning);
  for (const word of words) loaders.words.prime({ profileId: word.profileId, wordId: word.id }, word);
}
