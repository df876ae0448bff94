import { CannotStart, StoreUnavailable } from '../../../model/errors.ts';
import { CosmosFailure } from './failure.ts';

/**
 * Turns a failure of the store while it is opened into a message that says what to do. Any other error is returned
 * unchanged.
 * @param creating what was being created; null if something was being read
 */
export function setUpFailure(error: unknown, endpoint: string, creating: string | null): unknown {
  if (!(error instanceof StoreUnavailable)) return error;
  const failure = error.cause instanceof CosmosFailure ? error.cause : null;
  return new CannotStart(message(failure, endpoint, creating), { cause: failure });
}

function message(failure: CosmosFailure | null, endpoint: string, creating: string | null): string {
  if (failure?.status === 401)
    return `COSMOS_KEY: ${endpoint} does not accept it. Without COSMOS_KEY, Azure's default credential chain is used.`;
  if (failure?.status === 403 && creating !== null)
    return (
      `There is no ${creating} at ${endpoint}, and the credentials may not create it, because data roles do not ` +
      'allow that. Create it with COSMOS_KEY or with the Azure CLI.'
    );
  if (failure?.status === 403)
    return `${endpoint} refuses this process. Give its identity the role "Cosmos DB Built-in Data Contributor", and allow its address in the account's firewall.`;
  if (failure?.kind === 'unavailable' && failure.status === null)
    return `COSMOS_KEY is not set, and Azure's default credential chain finds no identity for ${endpoint}. Set COSMOS_KEY, or sign in with \`az login\`.`;
  return `COSMOS_ENDPOINT: ${endpoint} does not answer as Azure Cosmos DB does (${failure?.message ?? 'no response in time'}).`;
}
