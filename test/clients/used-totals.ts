import { createClient } from 'graphql-sse';

/** The numbers of used dialogs that a server sends to a client that watches a pool. */
export async function* usedTotals(url: string, profileId: string): AsyncGenerator<number, void, undefined> {
  const query = 'subscription ($profileId: ID!) { pool(profileId: $profileId) { usedTotal } }';
  const client = createClient({ url, retryAttempts: 0 });
  for await (const { data } of client.iterate<{ pool: { usedTotal: number } }>({
    query,
    variables: { profileId },
  })) {
    if (data) yield data.pool.usedTotal;
  }
}
