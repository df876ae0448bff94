import {
  type DocumentNode,
  type ExecutionArgs,
  type FieldNode,
  GraphQLIncludeDirective,
  GraphQLSkipDirective,
  getDirectiveValues,
  getOperationAST,
  getVariableValues,
  Kind,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import { isAsyncIterable, type Plugin } from 'graphql-yoga';

/**
 * Sends a result with the status 200 if a limit has refused a field after the first one. Earlier mutations of the
 * operation have taken effect then, and a client must not repeat the whole request, as 429 asks it to.
 */
export function usePartialRefusal(): Plugin {
  return {
    onExecute: ({ args }) => ({
      onExecuteDone({ result }) {
        const ofFields = isAsyncIterable(result) ? [] : (result.errors ?? []).filter(({ path }) => path);
        // Without them, which fields are executed may not be known.
        if (ofFields.length === 0) return;
        const first = firstField(args);
        const key = first?.alias?.value ?? first?.name.value;
        for (const { path, extensions } of ofFields) if (path?.[0] !== key) extensions.http = { status: 200 };
      },
    }),
  };
}

/** The field that is executed first; null if there is none. */
function firstField({ schema, document, operationName, variableValues }: ExecutionArgs): FieldNode | null {
  const operation = getOperationAST(document, operationName);
  if (!operation) return null;
  const { coerced } = getVariableValues(schema, operation.variableDefinitions ?? [], variableValues ?? {});
  return coerced === undefined ? null : firstIn(operation.selectionSet, document, coerced);
}

type Variables = Readonly<Record<string, unknown>>;

function firstIn(
  { selections }: SelectionSetNode,
  document: DocumentNode,
  variables: Variables,
): FieldNode | null {
  for (const selection of selections) {
    if (!isIncluded(selection, variables)) continue;
    if (selection.kind === Kind.FIELD) return selection;
    const { selectionSet } =
      selection.kind === Kind.INLINE_FRAGMENT ? selection : (fragment(document, selection.name.value) ?? {});
    const first = selectionSet && firstIn(selectionSet, document, variables);
    if (first) return first;
  }
  return null;
}

function isIncluded(selection: SelectionNode, variables: Variables): boolean {
  const skip = getDirectiveValues(GraphQLSkipDirective, selection, variables);
  const include = getDirectiveValues(GraphQLIncludeDirective, selection, variables);
  return skip?.if !== true && include?.if !== false;
}

function fragment({ definitions }: DocumentNode, wanted: string) {
  return definitions
    .filter((definition) => definition.kind === Kind.FRAGMENT_DEFINITION)
    .find(({ name }) => name.value === wanted);
}
