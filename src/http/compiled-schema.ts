import {
  type GraphQLLeafType,
  GraphQLList,
  GraphQLNonNull,
  GraphQLObjectType,
  type GraphQLOutputType,
  GraphQLScalarType,
  GraphQLSchema,
  getNullableType,
  isAbstractType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  isScalarType,
  isSpecifiedScalarType,
} from 'graphql';
import { oncePerObject } from './once-per-object.ts';

/** Types whose values need no check: TypeScript and the stores, which parse what they read, guarantee them. */
const UNCHECKED = ['String', 'ID', 'Boolean'];

/**
 * The schema that queries are compiled for. It has no mutations and subscriptions.
 *
 * Compiled code sends the values of enums and of GraphQL's own scalars as they are: a page of words with their dialogs has a
 * thousand values, and checking them took 7 % of its time. But numbers have to be checked, and the values of an enum may
 * differ from their names. So Int, Float and all enums are replaced by scalars of other names, whose values are serialized.
 * Null if the schema has interfaces or unions, whose types would have to be replaced too.
 */
export const compiledSchema = oncePerObject(makeSchema);

function makeSchema(schema: GraphQLSchema): GraphQLSchema | null {
  const query = schema.getQueryType();
  if (!query || Object.values(schema.getTypeMap()).some(isAbstractType)) return null;
  const outputOf = (type: GraphQLOutputType): GraphQLOutputType => {
    if (isNonNullType(type)) return new GraphQLNonNull(getNullableType(outputOf(type.ofType)));
    if (isListType(type)) return new GraphQLList(outputOf(type.ofType));
    if (isObjectType(type)) return objectOf(type);
    return isLeafType(type) ? leafOf(type) : type;
  };
  // Types may refer to each other, so each is made once, and its fields later.
  const objectOf = oncePerObject((type: GraphQLObjectType): GraphQLObjectType => {
    const config = type.toConfig();
    const fields = () =>
      Object.entries(config.fields).map(([name, field]) => [name, { ...field, type: outputOf(field.type) }]);
    return new GraphQLObjectType({ ...config, fields: () => Object.fromEntries(fields()) });
  });
  const leafOf = oncePerObject((type: GraphQLLeafType): GraphQLLeafType => {
    const isOfThisSchema = isScalarType(type) && !isSpecifiedScalarType(type);
    if (isOfThisSchema || UNCHECKED.includes(type.name)) return type;
    return new GraphQLScalarType({
      name: `Checked${type.name}`,
      serialize: (value) => type.serialize(value),
    });
  });
  return new GraphQLSchema({ query: objectOf(query) });
}
