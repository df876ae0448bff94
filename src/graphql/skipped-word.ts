import type { SkipReason } from '../model/skip-reason.ts';
import type { SkippedWord } from '../pool/skipped-word.ts';
import { builder } from './builder.ts';
import { WordRef } from './word.ts';

const SkipReasonRef = builder.enumType('SkipReason', {
  description: 'Why a top-up tried a word and created no dialog for it.',
  values: {
    HAS_UNUSED_DIALOG: { description: 'The word already has an unused dialog.' },
    GENERATION_FAILED: { description: 'The generator could not write a valid dialog for the word.' },
    TAKEN_ELSEWHERE: {
      description:
        'Another caller created a dialog for the word first, or the word was removed or learned meanwhile.',
    },
  } satisfies Record<SkipReason, object>,
});

export const SkippedWordRef = builder.objectRef<SkippedWord>('SkippedWord').implement({
  description: 'A word that a top-up tried without creating a dialog for it.',
  fields: (t) => ({
    word: t.field({ type: WordRef, description: 'The word that was tried.', resolve: ({ word }) => word }),
    reason: t.expose('reason', { type: SkipReasonRef, description: 'Why no dialog was created.' }),
    message: t.exposeString('message', {
      nullable: true,
      description: 'Details for people to read, without secrets. Null if there are none.',
    }),
  }),
});
