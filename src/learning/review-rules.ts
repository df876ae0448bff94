import { BadUserInput, WordNotFound } from '../model/errors.ts';
import type { Profile } from '../model/profile.ts';
import type { Grade } from '../model/review.ts';
import type { StyleBeliefs } from '../model/style-beliefs.ts';
import type { Word } from '../model/word.ts';
import type { ReviewContext, ReviewedDialog, ReviewRules } from '../ports/reviews.ts';
import { PRIOR, predicted } from './correction.ts';
import { countsOn, retrievability } from './fsrs.ts';
import { NO_BELIEFS } from './linear-model.ts';
import { mayBeMissing, nothingLearned, withReviews } from './update-learning.ts';
import { includedInMemory } from './update-word-memory.ts';
import { progressed } from './word-progress.ts';

/** What a learner reports after practising with a dialog. */
export interface Practice {
  /** 1 to `MAX_RESULTS`, each of another word. */
  readonly results: readonly { readonly wordId: string; readonly grade: Grade }[];
  /** 1 to 5; null if the learner gave none. */
  readonly rating: number | null;
}

/**
 * What follows from a practice at a given time.
 * @param permits whether the caller may review dialogs of the profile; it may if this is left out
 * @param prior what to believe of styles before the first reward of one
 */
export function reviewRules(
  { results, rating }: Practice,
  at: Date,
  {
    permits = () => true,
    prior = () => NO_BELIEFS,
  }: { readonly permits?: ReviewRules['permits'] | undefined; readonly prior?: () => StyleBeliefs } = {},
): ReviewRules {
  return {
    permits,
    review({ dialog, words, learning }) {
      if (!dialog.isUsed) {
        throw new BadUserInput(
          'dialogId',
          'is the id of an unused dialog; claim it (claimDialogs) or mark it (markDialogUsed) before you review it',
        );
      }
      return {
        reviewedAt: at,
        rating,
        results: results.map((result) => withPrediction(result, { words, learning }, at)),
        learningVersion: learning?.version ?? 0,
      };
    },
    word: wordAfter,
    completedWord: wordAfterEarlier,
    learning: (profileId, learning, reviews) =>
      withReviews(learning ?? nothingLearned(profileId), reviews, prior),
    mayBeMissing: (learning, dialog) => mayBeMissing(learning ?? nothingLearned(dialog.profileId), dialog),
  };
}

function withPrediction(
  { wordId, grade }: Practice['results'][number],
  { words, learning }: Pick<ReviewContext, 'words' | 'learning'>,
  at: Date,
) {
  const word = words.get(wordId);
  if (word === undefined) throw new WordNotFound(wordId);
  const byDefault = word.memory && retrievability(word.memory, at);
  return {
    wordId,
    grade,
    predicted: byDefault === null ? null : predicted(learning?.correction ?? PRIOR, byDefault),
    retrievability: byDefault,
    mayCount: countsOn(word.memory, at),
  };
}

/** The word with a review in its memory; null if the review does not change it. */
function wordAfter(word: Word, { id, review }: ReviewedDialog, { wordProgress }: Profile): Word | null {
  const result = review.results.find(({ wordId }) => wordId === word.id);
  if (result === undefined || !result.mayCount) return null;
  const memory = includedInMemory(word.memory, { dialogId: id, at: review.reviewedAt, grade: result.grade });
  if (memory === null) return null;
  return {
    ...word,
    memory,
    state: wordProgress === 'manual' ? word.state : progressed(word.state, word.memory, memory),
  };
}

/**
 * The word with a review in its memory that was stored earlier; null if the review does not change it. Reviews before the
 * word was added are of a former word with its id, which was removed. They are not included: a word that is added again
 * starts from the beginning.
 */
export function wordAfterEarlier(word: Word, dialog: ReviewedDialog, profile: Profile): Word | null {
  return dialog.review.reviewedAt < word.createdAt ? null : wordAfter(word, dialog, profile);
}
