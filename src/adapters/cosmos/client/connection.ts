import type { HttpClient } from '@azure/core-rest-pipeline';
import { CosmosClient, type CosmosClientOptions } from '@azure/cosmos';

/** An account of Azure Cosmos DB, or an emulator of one. */
export interface Account {
  /** An emulator where it is plain http. */
  readonly endpoint: string;
  /** Null for Azure's default credential chain. */
  readonly key: string | null;
}

/** What emulators are given that are asked for no key: they don't check it. */
const ANY_KEY = Buffer.from('emulator').toString('base64');

/**
 * Makes the one client of a process. It sends nothing yet.
 * @param attemptMs how long one attempt at a request may take
 */
export async function connect(
  { endpoint, key }: Account,
  attemptMs: number,
  transport: HttpClient,
): Promise<CosmosClient> {
  const isEmulator = new URL(endpoint).protocol === 'http:';
  const usedKey = key ?? (isEmulator ? ANY_KEY : null);
  const options: CosmosClientOptions = {
    endpoint,
    httpClient: transport,
    connectionPolicy: {
      requestTimeout: attemptMs,
      // An emulator tells of addresses that are not where it was reached.
      enableEndpointDiscovery: !isEmulator,
      // Repeating requests is left to one place, which knows how much time there is.
      retryOptions: { maxRetryAttemptCount: 0 },
    },
  };
  if (usedKey !== null) return new CosmosClient({ ...options, key: usedKey });
  // A large library, and of use to those only who have no key.
  const { DefaultAzureCredential } = await import('@azure/identity');
  return new CosmosClient({ ...options, aadCredentials: new DefaultAzureCredential() });
}
