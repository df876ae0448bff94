import type { Spend } from '../model/spend.ts';
import type { TopUpOutcome } from '../model/top-up-outcome.ts';
import type { EnsuredDialogs } from '../pool/pool.ts';
import type { SkippedWord, SkipReason } from '../pool/skipped-word.ts';
import { builder } from './builder.ts';
import { callsPerOperation } from './calls-per-operation.ts';
import { mutate } from './context.ts';
import { DialogRef } from './dialog.ts';
import { MAX_MIN_DIALOGS, minDialogs } from './input.ts';
import { boundedNumber, listSize } from './list-size.ts';
import { ProfileRef } from './profile.ts';
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

const TopUpOutcomeRef = builder.enumType('TopUpOutcome', {
  description: 'How a top-up ended.',
  values: {
    SATISFIED: { description: 'The pool has at least `min` unused dialogs.' },
    WORDS_EXHAUSTED: {
      description:
        'Every teaching and pending word was tried, and the pool still has fewer than `min` unused dialogs.',
    },
    GENERATOR_UNAVAILABLE: {
      description:
        'The generator failed as a whole, for example because of a refused key, an exhausted quota or an outage, so no further word was tried. Dialogs that were created before are kept. A server that is stopping reports this outcome too; send the mutation again.',
    },
  } satisfies Record<TopUpOutcome, object>,
});

const SkippedWordRef = builder.objectRef<SkippedWord>('SkippedWord').implement({
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

const SpendRef = builder.objectRef<Spend>('Spend').implement({
  description: 'Paid calls of the generator, with their tokens and their cost.',
  fields: (t) => ({
    calls: t.exposeInt('calls', {
      description: 'The number of paid calls. The built-in template generator makes none.',
    }),
    inputTokens: t.exposeInt('inputTokens', {
      nullable: true,
      description:
        'Tokens sent to the language model. Null if the provider did not report them for every call.',
    }),
    outputTokens: t.exposeInt('outputTokens', {
      nullable: true,
      description:
        'Tokens received from the language model. Null if the provider did not report them for every call.',
    }),
    cost: t.exposeFloat('cost', {
      nullable: true,
      description:
        'The cost of the calls, in the currency of the prices that the server is configured with. Null if it has no prices or the tokens are not known.',
    }),
  }),
});

const EnsureDialogsPayload = builder.objectRef<EnsuredDialogs>('EnsureDialogsPayload').implement({
  description: 'The result of ensureDialogs.',
  fields: (t) => ({
    created: t.field({
      type: [DialogRef],
      description:
        'The dialogs that were created, in the order in which they were stored. If several calls share a top-up, each dialog is reported to one of them.',
      resolve: ({ created }) => created,
    }),
    unusedTotal: t.exposeInt('unusedTotal', {
      description:
        'How many unused dialogs the profile has. It is counted in the store after the last creation.',
    }),
    skipped: t.field({
      type: [SkippedWordRef],
      description:
        'The words that were tried and got no dialog, each with the reason. Words that were not needed are not listed.',
      resolve: ({ skipped }) => skipped,
    }),
    min: t.exposeInt('min', {
      description: "The minimum that this call asked for: its `min` or the profile's `minDialogs`.",
    }),
    shortfall: t.int({
      description: 'How many unused dialogs are missing to reach `min`. 0 if none are missing.',
      resolve: ({ min, unusedTotal }) => Math.max(0, min - unusedTotal),
    }),
    outcome: t.expose('outcome', { type: TopUpOutcomeRef, description: 'How the top-up ended.' }),
    spend: t.field({
      type: SpendRef,
      description:
        'What was paid for, including calls that led to no dialog. If several calls share a top-up, each paid call is reported to one of them.',
      resolve: ({ spend }) => spend,
    }),
    profile: t.field({
      type: ProfileRef,
      description: 'The profile that was topped up.',
      resolve: ({ profile }) => profile,
    }),
  }),
});

/** Each call holds the profile's lease and may create 500 dialogs. */
const TOP_UPS_PER_OPERATION = 5;

/** If `min` is left out, the profile's `minDialogs` applies. It is not known here, so the largest one is assumed. */
const topUpSize = listSize(
  ({ min }) => boundedNumber(min, { max: MAX_MIN_DIALOGS, otherwise: MAX_MIN_DIALOGS }),
  ['created', 'skipped'],
);

builder.mutationField('ensureDialogs', (t) =>
  t.field({
    type: EnsureDialogsPayload,
    description:
      "Tops up the profile's pool: creates dialogs until it has at least `min` unused ones, or until every teaching and pending word has been tried. Calls for the same profile share one top-up, so a repeated call does not create more. The top-up continues if the client disconnects. One operation can call this field at most five times.",
    extensions: { ...topUpSize, ...callsPerOperation(TOP_UPS_PER_OPERATION) },
    args: {
      profileId: t.arg.id({ required: true, description: 'The id of the profile.' }),
      min: t.arg.int({
        description:
          "The smallest number of unused dialogs that the pool should have, 0 to 500. The default is the profile's `minDialogs`.",
        validate: minDialogs.nullish(),
      }),
    },
    resolve: (_, { profileId, min }, context) =>
      mutate(context, () => context.pool.ensureDialogs(profileId, min ?? null)),
  }),
);
