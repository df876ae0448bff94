import { createDefaultHttpClient, type HttpClient, type PipelineResponse } from '@azure/core-rest-pipeline';
import { z } from 'zod';
import { addCost } from '../../../ports/cost.ts';

/** There was no response, or one that cannot be read. The request may or may not have been carried out. */
export class ConnectionLost extends Error {
  override readonly name = 'ConnectionLost';
}

/** A header of requests for the plan of a query, which the SDK sends together with the query. */
const QUERY_PLAN = 'x-ms-cosmos-is-query-plan-request';
const REQUEST_CHARGE = 'x-ms-request-charge';

/** Codes of errors after which the SDK tries another region of the account. */
const REGION_UNREACHABLE = new Set<unknown>(['ENOTFOUND', 'REQUEST_SEND_ERROR']);

/**
 * The HTTP client below the SDK. It adds each request and its charge to the running cost (`addCost`), and changes two
 * kinds of failure so that the SDK passes them on: the SDK would repeat a read ten times, a second apart, after a reset
 * connection, and it cannot read an error whose body is not JSON.
 *
 * @param closed once aborted, no request is sent
 * @param wire sends the requests
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
        // Before the first response no other region is known, and the SDK would try this one for two minutes.
        throw reached && hasCode(error, REGION_UNREACHABLE) ? error : asConnectionLost(error);
      }
      reached = true;
      addCost({ requests: 0, charge: Number(response.headers.get(REQUEST_CHARGE) ?? 0) || 0 });
      return response.status < 400 ? response : { ...response, bodyAsText: readableError(response) };
    },
  };
}

function asConnectionLost(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  // The SDK tells its own time limit from an abort of ours by this name.
  return error.name === 'AbortError' ? error : new ConnectionLost(error.message);
}

function hasCode(error: unknown, codes: ReadonlySet<unknown>): boolean {
  return error instanceof Error && 'code' in error && codes.has(error.code);
}

const errorBody = z.looseObject({ message: z.string() });

/** The body of an error in the form that the SDK expects: a JSON object with a message. */
function readableError({ status, bodyAsText }: PipelineResponse): string {
  try {
    const body: unknown = JSON.parse(bodyAsText ?? '');
    if (errorBody.safeParse(body).success) return JSON.stringify(body);
  } catch {
    // The body is not JSON because a gateway has answered. Only the status is known.
  }
  return JSON.stringify({ message: `status ${status} without a message` });
}
