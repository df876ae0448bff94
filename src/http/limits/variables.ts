import { GraphQLError, type GraphQLSchema, getVariableValues, type OperationDefinitionNode } from 'graphql';

export type Variables = Readonly<Record<string, unknown>>;

/** Most faults of the variables that are reported. Describing a fault takes far longer than finding it. */
const MAX_FAULTS = 5;

/**
 * Coerces the variables of an operation and adds their defaults.
 * @throws {AggregateError} of `GraphQLError` if values have the wrong type: the first few faults
 */
export function coercedVariables(
  schema: GraphQLSchema,
  { variableDefinitions = [] }: OperationDefinitionNode,
  values: Variables,
): Variables {
  if (variableDefinitions.length === 0) return {};
  const { coerced, errors } = getVariableValues(schema, variableDefinitions, values, {
    maxErrors: MAX_FAULTS,
  });
  if (!errors) return coerced;
  const faults = errors.slice(0, MAX_FAULTS);
  if (errors.length > MAX_FAULTS) {
    faults.push(new GraphQLError(`More values are wrong. Only the first ${MAX_FAULTS} are reported.`));
  }
  throw new AggregateError(faults, 'wrong variables');
}
