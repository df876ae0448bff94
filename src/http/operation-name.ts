import { getOperationAST, Kind } from 'graphql';
import { createGraphQLError, type Plugin, type YogaInitialContext } from 'graphql-yoga';

/** The most characters of a name that a message repeats. */
const MAX_QUOTED = 128;

/** Refuses a request whose `operationName` is not that of an operation in its document, and says so. */
export function useOperationName(): Plugin<YogaInitialContext> {
  return {
    onParse:
      () =>
      ({ result, context: { params } }) => {
        const name: unknown = params.operationName;
        const isNamed = typeof name === 'string' && name !== '';
        if (!isNamed || result?.kind !== Kind.DOCUMENT || getOperationAST(result, name)) return;
        const quoted = JSON.stringify(name.slice(0, MAX_QUOTED));
        throw createGraphQLError(`The document has no operation ${quoted}. Send another operationName.`, {
          extensions: { code: 'OPERATION_RESOLUTION_FAILURE', http: { status: 400 } },
        });
      },
  };
}
