import type { TopUpOutcome } from '../model/top-up-outcome.ts';
import type { EnsuredDialogs } from '../pool/pool.ts';
import type { SkippedWord, SkipReason } from '../pool/skipped-word.ts';
import type { Spend } from '../pool/spend.ts';
import { builder } from './builder.ts';
import { callsPerOperation } from './calls-per-operation.ts';
import { mutate } from './context.ts';
import { DialogRef } from './dialog.ts';
import { MAX_MIN_DIALOGS, minDialogs } from './input.ts';
import { boundedNumber, listSize } from './list-size.ts';
import { ProfileRef } from './profile.ts';
import { WordRef } from './word.ts';

const SkipReasonRef = builder.enumType('SkipReason', {
  description: 'Why a word was tried and got no dialog.',
  values: {
    HAS_UNUSED_DIALOG: { description: 'It has one that waits for a learner.' },
    GENERATION_FAILED: { description: 'No dialog could be written for it.' },
    TAKEN_ELSEWHERE: { description: 'Another caller was faster with this word.' },
  } satisfies Record<SkipReason, object>,
});

const TopUpOutcomeRef = builder.enumType('TopUpOutcome', {
  description: 'How a top-up ended.',
  values: {
    SATISFIED: { description: 'unusedTotal has reached min.' },
    WORDS_EXHAUSTED: {
      description: 'Every teaching and pending word has been tried; unusedTotal is below min.',
    },
    GENERATOR_UNAVAILABLE: {
      description:
        'The generator is failing as a whole (refused key, quota, down): trying more words would only cost. Also where the server is stopping: send the mutation again.',
    },
  } satisfies Record<TopUpOutcome, object>,
});

const SkippedWordRef = builder.objectRef<SkippedWord>('SkippedWord').implement({
  description: 'A word that was tried and got no dialog.',
  fields: (t) => ({
    word: t.field({ type: WordRef, description: 'The word.', resolve: ({ word }) => word }),
    reason: t.expose('reason', { type: SkipReasonRef, description: 'Why it got none.' }),
    message: t.exposeString('message', {
      nullable: true,
      description: 'For people; says nothing secret.',
    }),
  }),
});

const SpendRef = builder.objectRef<Spend>('Spend').implement({
  description: 'What was paid for.',
  fields: (t) => ({
    calls: t.exposeInt('calls', { description: 'Paid calls of the generator; templates cost none.' }),
    inputTokens: t.exposeInt('inputTokens', {
      nullable: true,
      description: 'Tokens sent. Null where the provider did not say it of every call.',
    }),
    outputTokens: t.exposeInt('outputTokens', {
      nullable: true,
      description: 'Tokens received. Null where the provider did not say it of every call.',
    }),
    cost: t.exposeFloat('cost', {
      nullable: true,
      description: 'In the currency of the configured prices. Null where none are configured.',
    }),
  }),
});

const EnsureDialogsPayload = builder.objectRef<EnsuredDialogs>('EnsureDialogsPayload').implement({
  description: 'What a top-up did, and what the store holds after it.',
  fields: (t) => ({
    created: t.field({
      type: [DialogRef],
      description: 'Dialogs made by this call, in the order in which they were stored.',
      resolve: ({ created }) => created,
    }),
    unusedTotal: t.exposeInt('unusedTotal', {
      description: 'Counted in the store after the last creation, never computed.',
    }),
    skipped: t.field({
      type: [SkippedWordRef],
      description: 'Words that were tried and got no dialog. Words that were not needed are not in it.',
      resolve: ({ skipped }) => skipped,
    }),
    min: t.exposeInt('min', { description: 'The minimum that was asked for.' }),
    shortfall: t.int({
      description: 'How many unused dialogs are missing to min; 0 where none are.',
      resolve: ({ min, unusedTotal }) => Math.max(0, min - unusedTotal),
    }),
    outcome: t.expose('outcome', { type: TopUpOutcomeRef, description: 'How the top-up ended.' }),
    spend: t.field({
      type: SpendRef,
      description: 'What this call paid for, in dialogs and in vain.',
      resolve: ({ spend }) => spend,
    }),
    profile: t.field({
      type: ProfileRef,
      description: 'The profile that was topped up.',
      resolve: ({ profile }) => profile,
    }),
  }),
});

/** Each holds the profile's lease and may make 500 dialogs. */
const TOP_UPS_PER_OPERATION = 5;

/** Without `min` the profile's own counts, which is not known before it is read. */
const topUpSize = listSize(
  ({ min }) => boundedNumber(min, { max: MAX_MIN_DIALOGS, otherwise: MAX_MIN_DIALOGS }),
  ['created', 'skipped'],
);

builder.mutationField('ensureDialogs', (t) =>
  t.field({
    type: EnsureDialogsPayload,
    description:
      "Tops the profile's pool up to at least min unused dialogs (its minDialogs where min is left out). The top-up goes on where the caller hangs up; calling again never doubles it. At most five times in one operation.",
    extensions: { ...topUpSize, ...callsPerOperation(TOP_UPS_PER_OPERATION) },
    args: {
      profileId: t.arg.id({ required: true, description: 'The id of the profile.' }),
      min: t.arg.int({
        description: "0 to 500; the profile's minDialogs where left out.",
        validate: minDialogs.nullish(),
      }),
    },
    resolve: (_, { profileId, min }, context) =>
      mutate(context, () => context.pool.ensureDialogs(profileId, min ?? null)),
  }),
);
