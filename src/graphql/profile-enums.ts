import type { CEFR_LEVELS, WordOrder, WordProgress } from '../model/profile.ts';
import { builder } from './builder.ts';

export const CefrLevelRef = builder.enumType('CefrLevel', {
  description: 'The levels of the Common European Framework of Reference for Languages.',
  values: {
    A1: { description: 'Basic user: breakthrough.' },
    A2: { description: 'Basic user: waystage.' },
    B1: { description: 'Independent user: threshold.' },
    B2: { description: 'Independent user: vantage.' },
    C1: { description: 'Proficient user: effective operational proficiency.' },
    C2: { description: 'Proficient user: mastery.' },
  } satisfies Record<(typeof CEFR_LEVELS)[number], object>,
});

export const WordOrderRef = builder.enumType('WordOrder', {
  description: 'In which order the words of a profile get dialogs.',
  values: {
    RANDOM: {
      value: 'random',
      description: 'Teaching words come first, then pending words, each in random order.',
    },
    NEED: {
      value: 'need',
      description:
        'Teaching words come first, then pending words. For each dialog, four words are drawn at random, and the one whose recall gains most from practice is taken.',
    },
  } as const satisfies Record<Uppercase<WordOrder>, { value: WordOrder; description: string }>,
});

export const WordProgressRef = builder.enumType('WordProgress', {
  description: 'What changes the states of the words of a profile.',
  values: {
    MANUAL: { value: 'manual', description: 'Only setWordState changes states.' },
    AUTOMATIC: {
      value: 'automatic',
      description:
        'Reviews change states too: a first review makes a pending word teaching, a stability of 21 days makes a word learned, and a lapse makes it teaching again.',
    },
  } as const satisfies Record<Uppercase<WordProgress>, { value: WordProgress; description: string }>,
});
