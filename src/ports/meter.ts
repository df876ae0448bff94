/**
 * What came of a request of GraphQL:
 * - `ok`: a result without errors, or a stream
 * - `client_error`: an error that the caller can mend, such as BAD_USER_INPUT, UNAUTHENTICATED or PROFILE_NOT_FOUND
 * - `limited`: TOO_MANY_REQUESTS
 * - `server_error`: a fault of the server or of its store, beside whatever else
 * - `aborted`: the client left before the answer was ready
 */
export type RequestOutcome = 'ok' | 'client_error' | 'limited' | 'server_error' | 'aborted';

/** A request of GraphQL whose answer is ready to be sent. That of a subscription is ready when its stream begins. */
export interface AnsweredRequest {
  /** `query`, `mutation` or `subscription`; `unknown` if the request was refused before its operation was known. */
  readonly operation: string;
  readonly outcome: RequestOutcome;
  /** From its arrival, in milliseconds. */
  readonly durationMs: number;
}

/** Measures what the server does, for those who operate it. */
export interface Meter {
  requestAnswered(request: AnsweredRequest): void;
  /** Returns all measurements as text, with the content type of their format. */
  report(): Promise<{ text: string; contentType: string }>;
}
