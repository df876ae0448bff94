import { InMemoryCache } from '@apollo/client';
import { relayStylePagination } from '@apollo/client/utilities';

/** Words, dialogs and top-ups are unique within their profile only. A pool has no id: it is a part of its profile. */
export function apolloCache(): InMemoryCache {
  return new InMemoryCache({
    typePolicies: {
      Word: { keyFields: ['profileId', 'id'] },
      Dialog: { keyFields: ['profileId', 'id'] },
      TopUp: { keyFields: ['profileId', 'id'] },
      Pool: { merge: true },
      Profile: {
        fields: {
          words: relayStylePagination(['states']),
          dialogs: relayStylePagination(['isUsed']),
          topUps: relayStylePagination(),
        },
      },
    },
  });
}
