import { type DocumentNode, type FieldNode, getOperationAST, Kind, type SelectionSetNode } from 'graphql';
import { isAsyncIterable, type Plugin } from 'graphql-yoga';

/**
 * Sends a result with the status 200 if a limit has refused a field after the first one. Earlier mutations of the
 * operation have taken effect then, and a client must not repeat the whole request, as 429 asks it to.
 */
export function usePartialRefusal(): Plugin {
  return {
    onExecute: ({ args: { document, operationName } }) => ({
      onExecuteDone({ result }) {
        if (isAsyncIterable(result) || !result.errors) return;
        const operation = getOperationAST(document, operationName);
        const first = operation && firstField(document, operation.selectionSet);
        const key = first?.alias?.value ?? first?.name.value;
        for (const { path, extensions } of result.errors)
          if (path && path[0] !== key) extensions.http = { status: 200 };
      },
    }),
  };
}

/** The field that is executed first; null if the document is not valid. */
function firstField(document: DocumentNode, { selections }: SelectionSetNode): FieldNode | null {
  const [first] = selections;
  if (first === undefined || first.kind === Kind.FIELD) return first ?? null;
  if (first.kind === Kind.INLINE_FRAGMENT) return firstField(document, first.selectionSet);
  for (const definition of document.definitions)
    if (definition.kind === Kind.FRAGMENT_DEFINITION && definition.name.value === first.name.value)
      return firstField(document, definition.selectionSet);
  return null;
}
