import type { EnsuredDialogs } from '../pool/pool.ts';
import { builder } from './builder.ts';
import { callsPerOperation } from './calls-per-operation.ts';
import { mutate } from './context.ts';
import { DialogRef } from './dialog.ts';
import { MAX_MIN_DIALOGS, minDialogs } from './input.ts';
import { boundedNumber, listSize } from './list-size.ts';
import { ProfileRef } from './profile.ts';
import { SkippedWordRef } from './skipped-word.ts';
import { SpendRef } from './spend.ts';
import { TopUpOutcomeRef } from './top-up.ts';

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
