import type { WordMemory } from '../model/word-memory.ts';
import { builder } from './builder.ts';
import { WordRef } from './word.ts';

/** A memory with the profile of its word, whose learning corrects the prediction. */
interface MemoryOfProfile {
  readonly profileId: string;
  readonly memory: WordMemory;
}

const WordMemoryRef = builder.objectRef<MemoryOfProfile>('WordMemory').implement({
  description:
    'What reviews have taught about the memory that the learner has of a word, as the spaced-repetition algorithm FSRS-6 describes it.',
  fields: (t) => ({
    stability: t.float({
      description: 'How many days after a review the predicted recall has fallen to 90 %.',
      resolve: ({ memory }) => memory.stability,
    }),
    difficulty: t.float({
      description: 'How hard it is to make the memory more stable, from 1 (easy) to 10.',
      resolve: ({ memory }) => memory.difficulty,
    }),
    due: t.field({
      type: 'DateTime',
      description:
        'When the word should be practised again: a whole number of days after the last review that counted, when the predicted recall has fallen to 90 %. It is corrected by what is known of this learner, so it may change with reviews of other words.',
      resolve: async ({ profileId, memory }, _, { loaders, learning }) =>
        learning.due(memory, await loaders.learnings.load(profileId)),
    }),
    retrievability: t.float({
      description:
        'The predicted probability that the learner recalls the word now, 0 to 1. It is corrected by what is known of this learner.',
      resolve: async ({ profileId, memory }, _, { loaders, learning }) =>
        learning.recallNow(memory, await loaders.learnings.load(profileId)),
    }),
    reviews: t.int({
      description: 'How many reviews of the word counted: at most one on a UTC day.',
      resolve: ({ memory }) => memory.reviews,
    }),
    lapses: t.int({
      description: 'How often the word was forgotten: reviews after the first one that were graded AGAIN.',
      resolve: ({ memory }) => memory.lapses,
    }),
    lastReviewedAt: t.field({
      type: 'DateTime',
      description: 'The time of the last review that counted.',
      resolve: ({ memory }) => memory.lastReviewedAt,
    }),
  }),
});

builder.objectField(WordRef, 'memory', (t) =>
  t.field({
    type: WordMemoryRef,
    nullable: true,
    description: 'What reviews have taught about the memory of the word. Null before the first review.',
    resolve: ({ profileId, memory }) => memory && { profileId, memory },
  }),
);
