import { cacheExchange } from '@urql/exchange-graphcache';
import { relayPagination } from '@urql/exchange-graphcache/extras';

type Part = { profileId?: unknown; id?: unknown };
const keyOf = ({ profileId, id }: Part) => `${profileId}/${id}`;

/** Replaces `cacheExchange` of `@urql/core`. Types without an id are a part of what they were read with. */
export const urqlCache = cacheExchange({
  keys: {
    Word: keyOf,
    Dialog: keyOf,
    TopUp: keyOf,
    Pool: () => null,
    WordCounts: () => null,
    Turn: () => null,
    Spend: () => null,
    SkippedWord: () => null,
    DialogReview: () => null,
    WordResult: () => null,
    WordMemory: () => null,
    Learning: () => null,
    Correction: () => null,
    StyleBelief: () => null,
    LearningVersion: () => null,
  },
  resolvers: {
    Profile: { words: relayPagination(), dialogs: relayPagination(), topUps: relayPagination() },
  },
});
