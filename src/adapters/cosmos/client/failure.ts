import { z } from 'zod';

/**
 * What a failed request means:
 * - `missing`: there is no such document
 * - `taken`: there is a document with this id already
 * - `changed`: the document is another version than the one asked for
 * - `refused`: surely not carried out, and may be sent again
 * - `unknown`: may have been carried out
 * - `unavailable`: will not be carried out, however often it is sent; an operator has to see to it
 * - `defect`: the request itself is wrong
 */
export type FailureKind = 'missing' | 'taken' | 'changed' | 'refused' | 'unknown' | 'unavailable' | 'defect';

/** A failed request, with nothing of the request in it: neither documents nor credentials can get into a log. */
export class CosmosFailure extends Error {
  override readonly name = 'CosmosFailure';
  readonly kind: FailureKind;
  /** Of the HTTP answer; null where there was none. */
  readonly status: number | null;
  readonly substatus: number | null;
  /** How long to wait before sending again; null where the store doesn't say. */
  readonly retryAfterMs: number | null;
  /** By which Azure's support finds the request. */
  readonly activityId: string | null;

  constructor(
    kind: FailureKind,
    message: string,
    answer: { status?: number; substatus?: number; retryAfterMs?: number; activityId?: string } = {},
  ) {
    super(message);
    this.kind = kind;
    this.status = answer.status ?? null;
    this.substatus = answer.substatus ?? null;
    this.retryAfterMs = answer.retryAfterMs ?? null;
    this.activityId = answer.activityId ?? null;
  }
}

/** Substatus of a 404: the replica asked has not caught up with this session yet. */
const SESSION_NOT_THERE_YET = 1002;
/** Substatus of a 404: the container itself is gone. */
const CONTAINER_GONE = 1003;
/** Substatus of a 403: another region is becoming the one that is written to. */
const WRITE_REGION_MOVES = 3;

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
    if (substatus === SESSION_NOT_THERE_YET) return 'refused';
    return substatus === CONTAINER_GONE ? 'unavailable' : 'missing';
  }
  if (status === 403) return substatus === WRITE_REGION_MOVES ? 'refused' : 'unavailable';
  return KINDS[status] ?? (status >= 500 ? 'unknown' : 'defect');
}

/** An error of the client that holds an answer. */
const answered = z.looseObject({
  code: z.number(),
  substatus: z.number().optional(),
  retryAfterInMs: z.number().optional(),
  activityId: z.string().optional(),
});

/** Errors without an answer: of the connection, of the client's own time limit, and of an answer that is no JSON. */
const NO_ANSWER = new Set(['ConnectionLost', 'TimeoutError', 'AbortError', 'RestError', 'SyntaxError']);
const NO_CREDENTIALS = new Set([
  'CredentialUnavailableError',
  'AuthenticationError',
  'AuthenticationRequiredError',
  'AggregateAuthenticationError',
]);

/** Translates what the client of Azure Cosmos DB throws. Errors that have nothing to do with it stay as they are. */
export function cosmosFailure(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof CosmosFailure) return error;
  const answer = answered.safeParse({ ...error });
  if (answer.success) {
    const { code: status, substatus, retryAfterInMs: retryAfterMs, activityId } = answer.data;
    return answerFailure(status, substatus, error.message, {
      ...(retryAfterMs !== undefined && { retryAfterMs }),
      ...(activityId !== undefined && { activityId }),
    });
  }
  if (NO_ANSWER.has(error.name)) return new CosmosFailure('unknown', `no answer: ${error.message}`);
  if (NO_CREDENTIALS.has(error.name))
    return new CosmosFailure('unavailable', `no credentials: ${error.name}`);
  return error;
}

/** The failure that an answer tells of. */
export function answerFailure(
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
