import { type DocumentNode, type FieldNode, type GraphQLError, locatedError, visit } from 'graphql';
import { CodedError } from '../model/errors.ts';

/**
 * Converts the errors of a compiled query to those that the standard executor reports; null if that cannot be known.
 *
 * The standard executor has other messages for wrong values. Of several errors below one field that is null because of
 * them, it may report others, or in another order. Faults of the request must always be reported alike. For a failing
 * store it does not matter which field met it first.
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
  // The errors of compiled code have the line and column of a field. Those of graphql-js have its node too.
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
