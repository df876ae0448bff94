import { GraphQLError, type GraphQLSchema, getVariableValues, type OperationDefinitionNode } from 'graphql';

export type Variables = Readonly<Record<string, unknown>>;

/** Most faults of the variables that are reported. Describing a fault takes far longer than finding it. */
const MAX_FAULTS = 5;

/**
 * Coerces the variables of an operation and adds their defaults.
 * @throws {AggregateError} of `GraphQLError` if values have the wrong type or numbers are not exact: the first few faults
 */
export function coercedVariables(
  schema: GraphQLSchema,
  { variableDefinitions = [] }: OperationDefinitionNode,
  values: Variables,
): Variables {
  if (variableDefinitions.length === 0) return {};
  const inexact = Object.keys(values).filter((name) => hasInexactNumber(values[name]));
  if (inexact.length > 0) throw wrongVariables(inexact.slice(0, MAX_FAULTS).map(inexactNumber));
  const { coerced, errors } = getVariableValues(schema, variableDefinitions, values, {
    maxErrors: MAX_FAULTS,
  });
  if (!errors) return coerced;
  const faults = errors.slice(0, MAX_FAULTS);
  if (errors.length > MAX_FAULTS) {
    faults.push(new GraphQLError(`More values are wrong. Only the first ${MAX_FAULTS} are reported.`));
  }
  throw wrongVariables(faults);
}

/** Whether a number is so large that parsing JSON has rounded it. An id would then be that of something else. */
function hasInexactNumber(value: unknown): boolean {
  if (typeof value === 'number') return Math.abs(value) > Number.MAX_SAFE_INTEGER;
  return typeof value === 'object' && value !== null && Object.values(value).some(hasInexactNumber);
}

function inexactNumber(name: string): GraphQLError {
  return new GraphQLError(
    `Variable "$${name}" contains a number beyond ${Number.MAX_SAFE_INTEGER}, which is not exact. Send ids as strings.`,
  );
}

function wrongVariables(faults: readonly GraphQLError[]): AggregateError {
  return new AggregateError(faults, 'wrong variables');
}
