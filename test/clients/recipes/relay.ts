import { Environment, Network, RecordSource, Store } from 'relay-runtime';

/** An environment in which words, dialogs and top-ups, whose ids are unique within their profile only, stay apart. */
export function relayEnvironment(url: string): Environment {
  return new Environment({
    getDataID: ({ profileId, id }, typeName) => {
      if (typeof id !== 'string') return null;
      return typeof profileId === 'string' ? `${typeName}:${profileId}/${id}` : `${typeName}:${id}`;
    },
    network: Network.create(async ({ text: query }, variables) => {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query, variables }),
      });
      return response.json();
    }),
    store: new Store(new RecordSource()),
  });
}
