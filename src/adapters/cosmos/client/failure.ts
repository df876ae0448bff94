import { z } from 'zod';

/**
 * What a failed request means:
 * - `missing`: the document does not exist
 * - `taken`: a document with this id already exists
 * - `changed`: the document has another version than the request named
 * - `refused`: the request was not carried out, and can be sent again
 * - `unknown`: the request may or may not have been carried out
 * - `unavailable`: the request was not carried out, and sending it again does not help until an operator acts
 * - `defect`: the request itself is wrong
 */
export type FailureKind = 'missing' | 'taken' | 'changed' | 'refused' | 'unknown' | 'unavailable' | 'defect';

/** A failed request. It holds nothing of the request, so that neither documents nor credentials can get into a log. */
export class CosmosFailure extends Error {
  override readonly name = 'CosmosFailure';
  readonly kind: FailureKind;
  /** The status of the HTTP response; null if there was none. */
  readonly status: number | null;
  /** Azure's own detail of the status; null if the response had none. */
  readonly substatus: number | null;
  /** How long the service asks to wait before the next attempt; null if it does not ask. */
  readonly retryAfterMs: number | null;
  /** Identifies the request to Azure's support; null if there was no response. */
  readonly activityId: string | null;

  constructor(
    kind: FailureKind,
    message: string,
    response: { status?: number; substatus?: number; retryAfterMs?: number; activityId?: string } = {},
  ) {
    super(message);
    this.kind = kind;
    this.status = response.status ?? null;
    this.substatus = response.substatus ?? null;
    this.retryAfterMs = response.retryAfterMs ?? null;
    this.activityId = response.activityId ?? null;
  }
}

/** Substatus of a 404: the replica that answered has not received the session's last writes yet. */
const SESSION_NOT_AVAILABLE = 1002;
/** Substatus of a 404: the container does not exist. */
const CONTAINER_NOT_FOUND = 1003;
/** Substatus of a 403: the account is moving its write region. */
const WRITE_FORBIDDEN = 3;

const KINDS: Readonly<Record<number, FailureKind>> = {
  401: 'unavailable',
  408: 'unknown',
  409: 'taken',
  410: 'refused',
  412: 'changed',
  429: 'refused',
  449: 'refused',
};

function kindOf(status: number, substatus: number | undefined): FailureKind {
  if (status === 404) {
    if (substatus === SESSION_NOT_AVAILABLE) return 'refused';
    return substatus === CONTAINER_NOT_FOUND ? 'unavailable' : 'missing';
  }
  if (status === 403) return substatus === WRITE_FORBIDDEN ? 'refused' : 'unavailable';
  return KINDS[status] ?? (status >= 500 ? 'unknown' : 'defect');
}

/** An error of the SDK that was caused by a response. */
const errorResponse = z.looseObject({
  code: z.number(),
  substatus: z.number().optional(),
  retryAfterInMs: z.number().optional(),
  activityId: z.string().optional(),
});

/** Names of errors without a usable response: a lost connection, the SDK's time limit, or a body that is not JSON. */
const NO_RESPONSE = new Set(['ConnectionLost', 'TimeoutError', 'AbortError', 'RestError', 'SyntaxError']);
const NO_CREDENTIALS = new Set([
  'CredentialUnavailableError',
  'AuthenticationError',
  'AuthenticationRequiredError',
  'AggregateAuthenticationError',
]);

/** Translates an error of the SDK. Any other error is returned unchanged. */
export function cosmosFailure(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof CosmosFailure) return error;
  const parsed = errorResponse.safeParse({ ...error });
  if (parsed.success) {
    const { code: status, substatus, retryAfterInMs: retryAfterMs, activityId } = parsed.data;
    return responseFailure(status, substatus, error.message, {
      ...(retryAfterMs !== undefined && { retryAfterMs }),
      ...(activityId !== undefined && { activityId }),
    });
  }
  if (NO_RESPONSE.has(error.name)) return new CosmosFailure('unknown', `no response: ${error.message}`);
  if (NO_CREDENTIALS.has(error.name))
    return new CosmosFailure('unavailable', `no credentials: ${error.name}`);
  return error;
}

/** The failure that a response reports. */
export function responseFailure(
  status: number,
  substatus: number | undefined,
  message: string,
  more: { retryAfterMs?: number; activityId?: string } = {},
): CosmosFailure {
  return new CosmosFailure(kindOf(status, substatus), `status ${status}: ${message}`, {
    status,
    ...(substatus !== undefined && { substatus }),
    ...more,
  });
}
