import type { Page } from '../model/page.ts';
import type { TopUpOutcome } from '../model/top-up-outcome.ts';
import type { TopUpRecord, TopUpState } from '../model/top-up-record.ts';
import { builder } from './builder.ts';
import { callsPerOperation } from './calls-per-operation.ts';
import { connectionArgs, connectionOf, connectionSize } from './connection.ts';
import { type Context, mutate } from './context.ts';
import { DialogRef } from './dialog.ts';
import { MAX_MIN_DIALOGS, minDialogs } from './input.ts';
import { listSize } from './list-size.ts';
import { PoolRef } from './pool.ts';
import { ProfileRef } from './profile.ts';
import { profileOf } from './profile-of.ts';
import { SkippedWordRef } from './skipped-word.ts';
import { SpendRef } from './spend.ts';

export const TopUpOutcomeRef = builder.enumType('TopUpOutcome', {
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
    BUDGET_EXHAUSTED: {
      description:
        "The profile's `maxCallsPerDay` is reached, so no further call was paid for on this UTC day. Dialogs that were created before are kept.",
    },
  } satisfies Record<TopUpOutcome, object>,
});

const TopUpStateRef = builder.enumType('TopUpState', {
  description: 'The state of a top-up.',
  values: {
    WAITING: {
      value: 'waiting' satisfies TopUpState,
      description: 'Another top-up of the profile has to end first, in this server or in another one.',
    },
    RUNNING: { value: 'running', description: 'The top-up is creating dialogs.' },
    ENDED: {
      value: 'ended',
      description: 'The top-up has ended by itself. `outcome` says how; `message` does if it was broken off.',
    },
    CANCELLED: { value: 'cancelled', description: 'The top-up was cancelled. What it created is kept.' },
    LOST: {
      value: 'lost',
      description:
        'The server that ran the top-up has died. What it created is kept. Start another top-up to get the rest.',
    },
  } as const,
});

/**
 * The most dialogs, and the most skipped words, that are listed of a top-up, and of all top-ups of a page together.
 * `ensureDialogs` reports about as many.
 */
const MAX_LISTED = MAX_MIN_DIALOGS;

const BROKEN_OFF =
  'The top-up was broken off, because the store or the server failed. What it created is kept. Start another top-up to get the rest.';

export const TopUpRef = builder.objectRef<TopUpRecord>('TopUp').implement({
  description:
    'A top-up: work in the background that creates dialogs until the pool has `min` unused ones. Everyone who starts a top-up of the same profile meanwhile shares it.',
  fields: (t) => ({
    id: t.exposeID('id', { description: 'The id of the top-up. It is unique within the profile.' }),
    profileId: t.exposeID('profileId', {
      description:
        'The id of the profile that the top-up belongs to. Caches need it beside `id`, which is unique within the profile only.',
    }),
    profile: t.field({
      type: ProfileRef,
      description: 'The profile whose pool is topped up.',
      resolve: (topUp, _, context) => profileOf(topUp, context),
    }),
    state: t.expose('state', { type: TopUpStateRef, description: 'What the top-up is doing.' }),
    min: t.exposeInt('min', {
      description: 'The largest minimum that was asked for. It grows if someone joins who needs more.',
    }),
    unusedTotal: t.exposeInt('unusedTotal', {
      description: 'The unused dialogs of the profile, as the top-up last counted them in the store.',
    }),
    created: t.field({
      type: [DialogRef],
      description:
        'The dialogs that were created so far, in the order in which they were stored. At most 500 are listed.',
      extensions: listSize(() => MAX_LISTED),
      resolve: async ({ profileId, createdIds }, _, { loaders }) => {
        const keys = createdIds.slice(0, MAX_LISTED).map((dialogId) => ({ profileId, dialogId }));
        return present(await Promise.all(keys.map((key) => loaders.dialogs.load(key))));
      },
    }),
    skipped: t.field({
      type: [SkippedWordRef],
      description:
        'The words that were tried so far and got no dialog, each with the reason. Words that were removed since are left out. At most 500 are listed.',
      extensions: listSize(() => MAX_LISTED),
      resolve: async ({ profileId, skipped }, _, { loaders }) => {
        const load = async ({ wordId, reason, message }: (typeof skipped)[number]) => {
          const word = await loaders.words.load({ profileId, wordId });
          return word && { word, reason, message };
        };
        return present(await Promise.all(skipped.slice(0, MAX_LISTED).map(load)));
      },
    }),
    spend: t.field({
      type: SpendRef,
      description: 'What was paid for so far, including calls that led to no dialog.',
      resolve: (record, _, { pool }) => pool.spendOf(record),
    }),
    outcome: t.expose('outcome', {
      type: TopUpOutcomeRef,
      nullable: true,
      description:
        'How the top-up ended. Null until then, if it was cancelled or lost, and if an error of the store or of the server broke it off.',
    }),
    message: t.string({
      nullable: true,
      description:
        'For people: what to do about a top-up that was broken off by an error of the store or of the server. Null for every other one.',
      resolve: ({ state, outcome }) => (state === 'ended' && outcome === null ? BROKEN_OFF : null),
    }),
    startedAt: t.expose('startedAt', { type: 'DateTime', description: 'When the top-up was started.' }),
    endedAt: t.expose('endedAt', {
      type: 'DateTime',
      nullable: true,
      description: 'When the top-up ended, was cancelled or was found lost. Null until then.',
    }),
  }),
});

function present<Value>(values: readonly (Value | null)[]): Value[] {
  return values.filter((value) => value !== null);
}

const topUps = connectionOf('TopUp', TopUpRef, {
  singular: 'top-up',
  order: 'newest first',
  position: ({ startedAt, id }) => ({ createdAt: startedAt, id }),
});

/** A page up to the top-up with which more than `MAX_LISTED` dialogs or skipped words would be listed. */
function limitedPage({ nodes, hasNextPage }: Page<TopUpRecord>): Page<TopUpRecord> {
  let [created, skipped] = [0, 0];
  const end = nodes.findIndex((node) => {
    created += Math.min(node.createdIds.length, MAX_LISTED);
    skipped += Math.min(node.skipped.length, MAX_LISTED);
    return created > MAX_LISTED || skipped > MAX_LISTED;
  });
  return end < 0 ? { nodes, hasNextPage } : { nodes: nodes.slice(0, end), hasNextPage: true };
}

builder.objectFields(ProfileRef, (t) => ({
  topUp: t.field({
    type: TopUpRef,
    nullable: true,
    description:
      "The profile's top-up with the given id. Null if there is none, or if it is not among the last 20.",
    args: { id: t.arg.id({ required: true, description: 'The id of the top-up.' }) },
    resolve: async (profile, { id }, { pool, loaders }) =>
      watched(pool, await loaders.topUps.load({ profileId: profile.id, topUpId: id })),
  }),
  topUps: t.field({
    type: topUps.ref,
    description:
      'The last 20 top-ups of the profile, newest first. A top-up that only calls of `ensureDialogs` wait for is listed if it takes longer than a quarter of a second. A page has fewer top-ups than `first` if all of its `created` or all of its `skipped` would have more than 500 entries together; `hasNextPage` is true then.',
    extensions: connectionSize({ created: MAX_LISTED, skipped: MAX_LISTED }),
    args: connectionArgs(),
    resolve: async (profile, args, { pool, store, loaders }) => {
      const page = await topUps.read(loaders, args, async (request) =>
        limitedPage(await store.topUpPage(profile.id, request)),
      );
      for (const { node } of page.edges) pool.watchForLoss(node);
      return page;
    },
  }),
}));

builder.objectField(PoolRef, 'currentTopUp', (t) =>
  t.field({
    type: TopUpRef,
    nullable: true,
    description: 'The top-up that is running or waiting now. Null if there is none.',
    resolve: async ({ id }, _, { pool, loaders }) => watched(pool, await loaders.currentTopUps.load(id)),
  }),
);

/** A record that is shown as unfinished is watched, so that it becomes lost if its process has died. */
function watched(pool: Context['pool'], record: TopUpRecord | null): TopUpRecord | null {
  if (record !== null) pool.watchForLoss(record);
  return record;
}

/** Each call begins work that may create 500 dialogs. */
const STARTS_PER_OPERATION = 5;

builder.mutationFields((t) => ({
  startTopUp: t.field({
    type: TopUpRef,
    description:
      'Begins a top-up in the background, or joins the one that is running, and returns without waiting for its end. Read its state with `Profile.topUp`. It continues if the client disconnects. One operation can call this field at most five times.',
    extensions: callsPerOperation(STARTS_PER_OPERATION),
    args: {
      profileId: t.arg.id({ required: true, description: 'The id of the profile.' }),
      min: t.arg.int({
        description:
          "The smallest number of unused dialogs that the pool should have, 0 to 500. The default is the profile's `minDialogs`.",
        validate: minDialogs.nullish(),
      }),
    },
    resolve: (_, { profileId, min }, context) =>
      mutate(context, () => context.pool.startTopUp(profileId, min ?? null)),
  }),
  cancelTopUp: t.field({
    type: TopUpRef,
    description:
      'Stops a top-up. Dialogs that are being written are finished and kept, and no other is begun; the state is CANCELLED after that. It is cancelled for everyone who started it. If a call of `ensureDialogs` waits for it, it continues for that call. A top-up that has ended stays as it is. If the profile has no such top-up, the error is TOP_UP_NOT_FOUND.',
    args: {
      profileId: t.arg.id({ required: true, description: 'The id of the profile.' }),
      topUpId: t.arg.id({ required: true, description: 'The id of the top-up.' }),
    },
    resolve: (_, { profileId, topUpId }, context) =>
      mutate(context, () => context.pool.cancelTopUp(profileId, topUpId)),
  }),
}));
