import { createDefaultHttpClient, type HttpClient, type PipelineResponse } from '@azure/core-rest-pipeline';
import { z } from 'zod';
import { addCost } from '../../../ports/cost.ts';

/** There was no answer, or one that can't be read: what was sent may or may not have been carried out. */
export class ConnectionLost extends Error {
  override readonly name = 'ConnectionLost';
}

/** Marks a request for the plan of a query, which goes out beside the query itself. */
const QUERY_PLAN = 'x-ms-cosmos-is-query-plan-request';
const REQUEST_CHARGE = 'x-ms-request-charge';

/** With these the client goes over to another region of the account. */
const REGION_IS_GONE = new Set<unknown>(['ENOTFOUND', 'REQUEST_SEND_ERROR']);

/**
 * What requests go through, below the client of Azure Cosmos DB: counts them and their charge, and gives failures
 * that the client has no good answer to a form that it passes on. It would repeat a read on a reset connection ten
 * times, a second apart, and could not read an error that is no JSON.
 *
 * @param closed once aborted, nothing is sent any more
 */
export function createTransport(
  closed: AbortSignal,
  wire: HttpClient = createDefaultHttpClient(),
): HttpClient {
  let reached = false;
  return {
    async sendRequest(request) {
      if (closed.aborted) throw new ConnectionLost('the store is closed');
      if (!request.headers.has(QUERY_PLAN)) addCost({ requests: 1, charge: 0 });
      let response: PipelineResponse;
      try {
        response = await wire.sendRequest(request);
      } catch (error) {
        // Before the account was reached there is no other region, and the client would try for two minutes.
        throw reached && hasCode(error, REGION_IS_GONE) ? error : asConnectionLost(error);
      }
      reached = true;
      addCost({ requests: 0, charge: Number(response.headers.get(REQUEST_CHARGE) ?? 0) || 0 });
      return response.status < 400 ? response : { ...response, bodyAsText: readableError(response) };
    },
  };
}

function asConnectionLost(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  // An aborted request keeps its name: the client tells its own time limit from ours by it.
  return error.name === 'AbortError' ? error : new ConnectionLost(error.message);
}

function hasCode(error: unknown, codes: ReadonlySet<unknown>): boolean {
  return error instanceof Error && 'code' in error && codes.has(error.code);
}

const errorBody = z.looseObject({ message: z.string() });

/** The body of an error as the client needs it: a JSON object with a message. */
function readableError({ status, bodyAsText }: PipelineResponse): string {
  try {
    const body: unknown = JSON.parse(bodyAsText ?? '');
    if (errorBody.safeParse(body).success) return JSON.stringify(body);
  } catch {
    // No JSON: a gateway in between has answered, and the status is all there is.
  }
  return JSON.stringify({ message: `status ${status} without a message` });
}
