import { CannotStart, StoreUnavailable } from '../../../model/errors.ts';
import { CosmosFailure } from './failure.ts';

/**
 * Says what is to be done about a failure at the start; errors that are no such failure stay as they are.
 * @param creating what was being created, null where something was being read
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
      `There is no ${creating} at ${endpoint}, and the credentials may not create it: roles for data do not ` +
      'allow that. Create it by other means.'
    );
  if (failure?.status === 403)
    return `${endpoint} forbids this process what it needs: give its identity the role "Cosmos DB Built-in Data Contributor", and let its address through the firewall.`;
  if (failure?.kind === 'unavailable' && failure.status === null)
    return `COSMOS_KEY is not set, and Azure's default credential chain finds no identity for ${endpoint}: set COSMOS_KEY, or sign in.`;
  return `COSMOS_ENDPOINT: ${endpoint} does not answer as Azure Cosmos DB does (${failure?.message ?? 'no answer in time'}).`;
}
