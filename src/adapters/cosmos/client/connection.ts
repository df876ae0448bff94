import type { HttpClient } from '@azure/core-rest-pipeline';
import { CosmosClient, type CosmosClientOptions } from '@azure/cosmos';

/** An account of Azure Cosmos DB, or an emulator. */
export interface Account {
  /** The URL of the account. Plain `http` means an emulator. */
  readonly endpoint: string;
  /** Null for Azure's default credential chain. */
  readonly key: string | null;
}

/** Sent to an emulator if no key is set. Emulators do not check the key, but the SDK requires one. */
const EMULATOR_KEY = Buffer.from('emulator').toString('base64');

/**
 * Creates the SDK's client. Nothing is sent yet.
 * @param attemptMs how long one attempt at a request may take, in milliseconds
 */
export async function connect(
  { endpoint, key }: Account,
  attemptMs: number,
  transport: HttpClient,
): Promise<CosmosClient> {
  const isEmulator = new URL(endpoint).protocol === 'http:';
  const usedKey = key ?? (isEmulator ? EMULATOR_KEY : null);
  const options: CosmosClientOptions = {
    endpoint,
    httpClient: transport,
    connectionPolicy: {
      requestTimeout: attemptMs,
      // An emulator may announce an address at which it cannot be reached from here.
      enableEndpointDiscovery: !isEmulator,
      // Requests are retried in `retry.ts` alone, which knows how much time is left.
      retryOptions: { maxRetryAttemptCount: 0 },
    },
  };
  if (usedKey !== null) return new CosmosClient({ ...options, key: usedKey });
  // Imported here because it is a large package, and only needed without a key.
  const { DefaultAzureCredential } = await import('@azure/identity');
  return new CosmosClient({ ...options, aadCredentials: new DefaultAzureCredential() });
}
