import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  GraphQLError,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  getOperationAST,
  isInterfaceType,
  isListType,
  isObjectType,
  Kind,
  type SelectionSetNode,
  type ValueNode,
} from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { DEFAULT_FIRST } from '../../graphql/connection.ts';
import { MAX_FIRST } from '../../graphql/input.ts';

/** Most objects that the answer to one request may come to hold; it takes about a second to read so many. */
const MAX_NODES = 20_000;
/** What a list counts as whose length the document does not set, such as the turns of a dialog. */
const LIST_LENGTH = 4;

type Variables = Readonly<Record<string, unknown>>;

/**
 * Refuses operations whose answer could hold more objects than `MAX_NODES`, before anything is read: pages inside
 * pages multiply, so that a short document could keep the server from everything else for minutes.
 */
export function useNodeLimit(): Plugin {
  return {
    onExecute({ args: { schema, document, operationName, variableValues } }) {
      const nodes = nodesOf(schema, document, operationName, variableValues ?? {});
      if (nodes <= MAX_NODES) return;
      throw new GraphQLError(
        `The answer could hold ${nodes} objects, and ${MAX_NODES} are the most. ` +
          'Read smaller pages (`first`), or the lists inside lists by requests of their own.',
        { extensions: { code: 'BAD_USER_INPUT' } },
      );
    },
  };
}

/**
 * How many objects the answer to a valid operation can hold, every page being full. Fields that are asked for twice
 * count twice, and those left out by a directive count too; introspection does not.
 */
function nodesOf(
  schema: GraphQLSchema,
  document: DocumentNode,
  operationName: string | null | undefined,
  variables: Variables,
): number {
  const operation = getOperationAST(document, operationName);
  if (!operation) return 0;
  const defaults = new Map(
    operation.variableDefinitions?.map((one) => [one.variable.name.value, one.defaultValue]),
  );
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const one of document.definitions) {
    if (one.kind === Kind.FRAGMENT_DEFINITION) fragments.set(one.name.value, one);
  }
  // Counted once each: fragments that spread others twice would otherwise take for ever.
  const counted = new Map<string, number>();

  const inFragment = (name: string): number => {
    const known = counted.get(name);
    if (known !== undefined) return known;
    const fragment = fragments.get(name);
    const nodes = fragment
      ? within(schema.getType(fragment.typeCondition.name.value), fragment.selectionSet)
      : 0;
    counted.set(name, nodes);
    return nodes;
  };

  const within = (type: GraphQLNamedType | null | undefined, { selections }: SelectionSetNode): number => {
    let nodes = 0;
    for (const selection of selections) {
      if (selection.kind === Kind.FIELD) nodes += ofField(type, selection);
      else if (selection.kind === Kind.FRAGMENT_SPREAD) nodes += inFragment(selection.name.value);
      else {
        const condition = selection.typeCondition;
        nodes += within(condition ? schema.getType(condition.name.value) : type, selection.selectionSet);
      }
    }
    return nodes;
  };

  const ofField = (parent: GraphQLNamedType | null | undefined, node: FieldNode): number => {
    if (!node.selectionSet || !(isObjectType(parent) || isInterfaceType(parent))) return 0;
    const name = node.name.value;
    const field = parent.getFields()[name];
    if (!field) return 0;
    const inside = within(getNamedType(field.type), node.selectionSet);
    // The edges are as many as the field above them was asked for: it has multiplied them already.
    if (name === 'edges') return 1 + inside;
    if (field.args.some((argument) => argument.name === 'first')) return 1 + pageSize(node) * inside;
    return (isListType(getNullableType(field.type)) ? LIST_LENGTH : 1) * (1 + inside);
  };

  const pageSize = (node: FieldNode): number => {
    const first = numberOf(node.arguments?.find((argument) => argument.name.value === 'first')?.value);
    // Outside of its limits it is refused by the field itself.
    return Math.min(Math.max(first ?? DEFAULT_FIRST, 0), MAX_FIRST);
  };

  const numberOf = (value: ValueNode | undefined): number | null => {
    if (value?.kind === Kind.INT) return Number(value.value);
    if (value?.kind !== Kind.VARIABLE) return null;
    const given = variables[value.name.value];
    if (given === undefined) return numberOf(defaults.get(value.name.value));
    return typeof given === 'number' ? given : null;
  };

  return within(schema.getRootType(operation.operation), operation.selectionSet);
}
