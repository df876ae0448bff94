import { GraphQLError } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { CodedError, StoreUnavailable, TooManyRequests } from '../model/errors.ts';
import type { Log } from '../ports/log.ts';
import { noteError } from '../ports/request.ts';

/** How a response is sent if a limit refused the operation, and nothing of it has taken effect. */
const TOO_MANY_REQUESTS = { status: 429, spec: false, headers: { 'retry-after': '5' } };

/**
 * Translates errors into what the client may see, and logs the rest.
 *
 * - An error of the model has its own code and a message for the caller.
 * - An error of GraphQL itself (syntax, validation, a variable of the wrong type) keeps its message and gets the code
 *   BAD_USER_INPUT.
 * - All other errors are logged with their stack. The client gets INTERNAL_SERVER_ERROR and a general message.
 */
export function maskErrors(log: Log): (error: unknown) => GraphQLError {
  return (error) => {
    const cause = innermost(error);
    if (cause instanceof CodedError) {
      if (cause instanceof StoreUnavailable) {
        if (cause.retryable) log.warn({ err: cause }, 'the store did not answer');
        else log.error({ err: cause }, 'the store cannot be used');
      }
      const { code, retryable } = cause;
      noteError(code, code === 'STORE_UNAVAILABLE');
      return located(error, cause.message, {
        code,
        ...(retryable && { retryable }),
        ...(cause instanceof TooManyRequests && { http: statusOf(error) ?? TOO_MANY_REQUESTS }),
      });
    }
    if (error instanceof GraphQLError && cause instanceof GraphQLError && !isOurs(error, cause)) {
      noteError('BAD_USER_INPUT', false);
      const { code, http } = error.extensions;
      // Without `spec: false`, yoga uses the status 400 only for clients that accept the newer media type.
      const status = http && { http: { ...http, ...(code === 'BAD_REQUEST' && { spec: false }) } };
      return located(error, advised(error.message), { code: 'BAD_USER_INPUT', ...status });
    }
    noteError('INTERNAL_SERVER_ERROR', true);
    log.error({ err: cause }, 'an unexpected error');
    return located(error, 'Something went wrong on the server. It has been logged.', {
      code: 'INTERNAL_SERVER_ERROR',
    });
  };
}

/** Adds the code BAD_USER_INPUT to the errors of validation, which yoga does not pass to `maskErrors`. */
export function useInputCode(): Plugin {
  return {
    onValidate: () => (validated) => {
      if (validated.valid) return;
      noteError('BAD_USER_INPUT', false);
      for (const error of validated.result) {
        error.extensions.code = 'BAD_USER_INPUT';
        error.message = shortened(advised(error.message));
      }
    },
  };
}

/**
 * Whether GraphQL found the fault in a value that a resolver returned. Such a fault has a path in the answer: at once, or
 * around an error that knows neither path nor document, as that of a number which is too large for an Int. A fault of an
 * argument has a path around it too, but knows its place in the document.
 */
function isOurs({ path }: GraphQLError, cause: GraphQLError): boolean {
  return path !== undefined && (cause.path !== undefined || cause.nodes === undefined);
}

/** The error that a resolver threw, without the GraphQL errors around it that add its place. */
function innermost(error: unknown): unknown {
  return error instanceof GraphQLError && error.originalError ? innermost(error.originalError) : error;
}

/** What to do about the messages of GraphQL libraries that only say what is wrong. */
const ADVICE: ReadonlyMap<string, string> = new Map([
  [
    'Could not determine what operation to execute.',
    'If the document has several operations, send the name of one of them as operationName.',
  ],
  ['Maximum introspection depth exceeded', 'Ask for fewer fields, types and input fields inside each other.'],
]);

/** A limit of a library, which calls it an error of the syntax. */
const LIMIT = /^Syntax Error: (.+ limit of \d+ exceeded, found \d+\.)$/;

function advised(message: string): string {
  const [, limit] = LIMIT.exec(message) ?? [];
  if (limit !== undefined) return `${limit} Ask for the rest in other requests.`;
  const advice = ADVICE.get(message);
  return advice === undefined ? message : `${message.replace(/\.$/, '')}. ${advice}`;
}

/** How the response is to be sent, if that was decided before. */
function statusOf(error: unknown): unknown {
  return error instanceof GraphQLError ? error.extensions.http : undefined;
}

/** Most characters of a message. */
const MAX_MESSAGE = 1_000;

/**
 * Messages of graphql-js quote wrong values, which may be megabytes long. A character of two code units that is cut in half
 * becomes the replacement character.
 */
function shortened(message: string): string {
  return message.length > MAX_MESSAGE ? `${message.slice(0, MAX_MESSAGE).toWellFormed()}…` : message;
}

/** The error as the client sees it, with its place in the document if it has one. */
function located(error: unknown, message: string, extensions: Record<string, unknown>): GraphQLError {
  if (!(error instanceof GraphQLError)) return new GraphQLError(shortened(message), { extensions });
  const { nodes, source, positions, path } = error;
  return new GraphQLError(shortened(message), {
    nodes: nodes ?? null,
    source: source ?? null,
    positions: positions ?? null,
    path: path ?? null,
    extensions,
  });
}
