import { usePersistedOperations } from '@graphql-yoga/plugin-persisted-operations';
import { createGraphQLError, type GraphQLParams, type Plugin } from 'graphql-yoga';
import type { Manifest } from './manifest.ts';

/** The parameter that names a document. */
export const DOCUMENT_ID = 'documentId';

/** Executes the documents of a manifest only. A request names one by `documentId` and has no `query`. */
export function usePersistedDocuments(manifest: Manifest): Plugin {
  return usePersistedOperations({
    extractPersistedOperationId: documentIdOf,
    getPersistedOperation: (id) => manifest.get(id) ?? null,
    customErrors: {
      keyNotFound: () =>
        refusal('This server executes known operations only. Send the documentId of one of them.'),
      persistedQueryOnly: () =>
        refusal('This server executes known operations only. Send a documentId in place of query.'),
      notFound: () =>
        refusal(
          'There is no operation with this documentId. It may belong to another version of the client.',
        ),
    },
  });
}

function documentIdOf(params: GraphQLParams): string | null {
  const id: unknown = Object.hasOwn(params, DOCUMENT_ID) ? Reflect.get(params, DOCUMENT_ID) : null;
  return typeof id === 'string' ? id : null;
}

/** `maskErrors` translates the code. */
function refusal(message: string): Error {
  return createGraphQLError(message, { extensions: { code: 'BAD_REQUEST', http: { status: 400 } } });
}
