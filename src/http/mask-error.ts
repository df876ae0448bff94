import { GraphQLError } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { CodedError, StoreUnavailable } from '../model/errors.ts';
import type { Log } from '../ports/log.ts';

/**
 * Translates what went wrong into what the client may see, and logs what the client may not.
 *
 * - An error of the model has its own code and a message written for the caller.
 * - An error of GraphQL itself (syntax, validation, a variable of the wrong type) keeps its message; it is
 *   BAD_USER_INPUT, whichever step found it.
 * - Everything else is a defect or an accident: logged whole, shown masked.
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
      return located(error, cause.message, { code, ...(retryable && { retryable }) });
    }
    if (error instanceof GraphQLError && cause instanceof GraphQLError && !isOurs(cause)) {
      const { code, http } = error.extensions;
      // A body that is no request is refused with 400, which yoga keeps for clients of the newer media type.
      const status = http && { http: { ...http, ...(code === 'BAD_REQUEST' && { spec: false }) } };
      return located(error, error.message, { code: 'BAD_USER_INPUT', ...status });
    }
    log.error({ err: cause }, 'an unexpected error');
    return located(error, 'Something went wrong on the server. It has been logged.', {
      code: 'INTERNAL_SERVER_ERROR',
    });
  };
}

/** Gives documents that are not valid the code of all other wrong input; their errors do not come by `maskErrors`. */
export function useInputCode(): Plugin {
  return {
    onValidate: () => (validated) => {
      if (validated.valid) return;
      for (const error of validated.result) {
        error.extensions.code = 'BAD_USER_INPUT';
        error.message = shortened(error.message);
      }
    },
  };
}

/**
 * Whether GraphQL found the fault in what a resolver returned, such as a number that no Int can hold: it is told by
 * its path in the answer, which no fault of the document or its variables has.
 */
function isOurs({ path }: GraphQLError): boolean {
  return path !== undefined;
}

/** What a resolver threw, without the GraphQL errors around it that only say where. */
function innermost(error: unknown): unknown {
  return error instanceof GraphQLError && error.originalError ? innermost(error.originalError) : error;
}

/** Most characters of a message. */
const MAX_MESSAGE = 1_000;

/** Messages quote what is wrong, which may be megabytes long. */
function shortened(message: string): string {
  return message.length > MAX_MESSAGE ? `${message.slice(0, MAX_MESSAGE)}…` : message;
}

/** The error as the client sees it, with its place in the document where it has one. */
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
