import { TopUpNotFound } from '../model/errors.ts';
import { isFinished, type TopUpRecord } from '../model/top-up-record.ts';
import type { Watcher } from '../pool/watcher.ts';
import { builder } from './builder.ts';
import type { Context } from './context.ts';
import { PoolRef } from './pool.ts';
import { profileOf } from './profile-of.ts';
import { TopUpRef } from './top-up.ts';

builder.subscriptionType({
  description:
    'The fields that send the present state at once and then every change, as server-sent events. If a connection breaks, subscribe again: the first event is the present state. A stream ends when the server stops, and when the token of its request expires. A learner or a reader can have 50 open streams and waiting claims at a server; the error is TOO_MANY_REQUESTS if it asks for more.',
});

/** Reads a state for every notification. */
interface States<State> {
  /** Reads the present state from the store. */
  readonly read: () => Promise<State>;
  /** Whether the state is the same as the last one, so that it is not sent again. */
  readonly isSame: (state: State, last: State) => boolean;
  /** Whether no further state follows. */
  readonly isLast: (state: State) => boolean;
}

/** The states that a stream sends. Its `return` ends the watcher also while a notification is waited for. */
function statesOf<State>(
  watcher: Watcher,
  { read, isSame, isLast }: States<State>,
): AsyncIterableIterator<State, undefined> {
  let last: State | null = null;
  return {
    async next() {
      for (;;) {
        const { done } = await watcher.next();
        if (done) return { value: undefined, done: true };
        try {
          const state = await read();
          if (last !== null && isSame(state, last)) continue;
          last = state;
          if (isLast(state)) watcher.end();
          return { value: state, done: false };
        } catch (error) {
          watcher.end();
          throw error;
        }
      }
    },
    async return() {
      watcher.end();
      return { value: undefined, done: true };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

async function topUpStates(context: Context, profileId: string, topUpId: string) {
  const read = async (): Promise<TopUpRecord> => {
    context.refresh();
    const record = await context.loaders.topUps.load({ profileId, topUpId });
    if (record !== null) {
      context.pool.watchForLoss(record);
      return record;
    }
    await profileOf({ profileId }, context);
    throw new TopUpNotFound(topUpId);
  };
  await read();
  return statesOf(context.pool.watch(profileId, context.caller), {
    read,
    isSame: ({ version }, last) => version === last.version,
    isLast: isFinished,
  });
}

async function poolStates(context: Context, profileId: string) {
  const read = () => {
    context.refresh();
    return profileOf({ profileId }, context);
  };
  await read();
  return statesOf(context.pool.watch(profileId, context.caller), {
    read,
    isSame: () => false,
    isLast: () => false,
  });
}

builder.subscriptionFields((t) => ({
  topUp: t.field({
    type: TopUpRef,
    description:
      'The state of a top-up: now, and after every change until it has ended, was cancelled or is lost. Progress is written at most four times a second.',
    args: {
      profileId: t.arg.id({ required: true, description: 'The id of the profile.' }),
      topUpId: t.arg.id({ required: true, description: 'The id of the top-up.' }),
    },
    subscribe: (_, { profileId, topUpId }, context) => topUpStates(context, profileId, topUpId),
    resolve: (record) => record,
  }),
  pool: t.field({
    type: PoolRef,
    description: "The state of a profile's pool: now, and after every change.",
    args: { profileId: t.arg.id({ required: true, description: 'The id of the profile.' }) },
    subscribe: (_, { profileId }, context) => poolStates(context, profileId),
    resolve: (profile) => profile,
  }),
}));
