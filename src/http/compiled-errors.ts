import { type DocumentNode, type FieldNode, type GraphQLError, locatedError, visit } from 'graphql';
import { CodedError } from '../model/errors.ts';

/**
 * The errors of a compiled query as the standard executor reports them; null if it would report others.
 *
 * It words faults of values its own way, and of several errors below one field that is null because of them it may
 * report others or in another order. That order matters for faults of the request, which every answer must tell alike;
 * which of its fields met a failing store first does not.
 */
export function standardErrors(
  document: DocumentNode,
  errors: readonly GraphQLError[],
): GraphQLError[] | null {
  const isOutage = errors.some(
    ({ originalError }) => !(originalError instanceof CodedError) || originalError.retryable,
  );
  if (!isOutage) return null;
  const fields = new Map<string, FieldNode>();
  visit(document, {
    Field(node) {
      if (node.loc) fields.set(placeOf(node.loc.startToken), node);
    },
  });
  const located: GraphQLError[] = [];
  // Compiled code tells the line and column of a field; an error that holds the field itself is whole.
  for (const { originalError, locations = [], path } of errors) {
    if (!originalError || !path) return null;
    const nodes = locations.flatMap((location) => fields.get(placeOf(location)) ?? []);
    located.push(locatedError(originalError, nodes, path));
  }
  return located;
}

function placeOf({ line, column }: { readonly line: number; readonly column: number }): string {
  return `${line}:${column}`;
}
