import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  GraphQLError,
  type GraphQLNamedType,
  type GraphQLSchema,
  getArgumentValues,
  getNamedType,
  getNullableType,
  isInterfaceType,
  isListType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  type SelectionSetNode,
  type ValueNode,
} from 'graphql';
import { callsPerOperationOf } from '../../graphql/calls-per-operation.ts';
import { listSizeOf } from '../../graphql/list-size.ts';
import type { Variables } from './variables.ts';

/** Most values that the answer to one request may come to hold, its objects and its leaves together. */
const MAX_VALUES = 20_000;
/** What a list counts as if no argument sets its length, such as the turns of a dialog. */
const LIST_LENGTH = 4;

/** A valid operation with what it refers to. */
export interface Operation {
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  /** Coerced, with defaults. */
  readonly variables: Variables;
}

/**
 * Refuses an operation whose answer could hold more than `MAX_VALUES` values, or that calls a field more often than it
 * allows, before anything is read: pages inside pages multiply, so that a short document could keep the server busy
 * for minutes.
 * @throws {GraphQLError} BAD_USER_INPUT
 */
export function checkAnswerSize(request: Operation): void {
  const { values, calls } = answerSize(request);
  if (values > MAX_VALUES) {
    throw refusal(
      `The answer could hold ${values} values, and ${MAX_VALUES} are the most. ` +
        'Read smaller pages (`first`), change fewer words in one call, or send the parts as requests of their own.',
    );
  }
  for (const [name, { count, most }] of calls) {
    if (count <= most) continue;
    throw refusal(
      `The operation calls ${name} ${count} times, and ${most} are the most. Send the rest in another request.`,
    );
  }
}

function refusal(message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code: 'BAD_USER_INPUT' } });
}

interface AnswerSize {
  readonly values: number;
  /** Of the fields that limit it. */
  readonly calls: ReadonlyMap<string, { count: number; most: number }>;
}

/** The sizes of operations in which no variable sets the length of a list: they are the same for every request. */
const remembered = new WeakMap<OperationDefinitionNode, AnswerSize>();

function answerSize(request: Operation): AnswerSize {
  const known = remembered.get(request.operation);
  if (known !== undefined) return known;
  const { size, dependsOnVariables } = measure(request);
  if (!dependsOnVariables) remembered.set(request.operation, size);
  return size;
}

/**
 * How many objects and leaves the answer to an operation can hold, every list being as long as it may be. Fields that
 * are asked for twice count twice, and those left out by a directive count too; introspection does not. What a mutation
 * is asked to change or make counts as well. The document must be small with its fragments written out.
 */
function measure({ schema, document, operation, variables }: Operation): Measured {
  let dependsOnVariables = false;
  const calls = new Map<string, { count: number; most: number }>();
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const one of document.definitions) {
    if (one.kind === Kind.FRAGMENT_DEFINITION) fragments.set(one.name.value, one);
  }
  const mutation = operation.operation === OperationTypeNode.MUTATION ? schema.getMutationType() : undefined;

  const within = (
    type: GraphQLNamedType | null | undefined,
    { selections }: SelectionSetNode,
    sized: Sized,
  ): number => {
    let values = 0;
    for (const selection of selections) {
      if (selection.kind === Kind.FIELD) {
        values += ofField(type, selection, sized);
        continue;
      }
      const named = selection.kind === Kind.FRAGMENT_SPREAD;
      const fragment = named ? fragments.get(selection.name.value) : selection;
      if (!fragment) continue;
      const condition = fragment.typeCondition;
      const inner = condition ? schema.getType(condition.name.value) : type;
      values += within(inner, fragment.selectionSet, sized);
    }
    return values;
  };

  const ofField = (parent: GraphQLNamedType | null | undefined, node: FieldNode, sized: Sized): number => {
    const name = node.name.value;
    if (!(isObjectType(parent) || isInterfaceType(parent))) return 0;
    const field = parent.getFields()[name];
    if (!field) return name === '__typename' ? 1 : 0;
    const most = callsPerOperationOf(field);
    if (most !== null) calls.set(name, { count: (calls.get(name)?.count ?? 0) + 1, most });
    const stated = listSizeOf(field);
    if (stated && node.arguments?.some(({ value }) => mayHoldVariable(value))) dependsOnVariables = true;
    const size = stated?.of(getArgumentValues(field, node, variables)) ?? 0;
    const holdsEntries = stated?.fields ?? null;
    let entries = isListType(getNullableType(field.type)) ? LIST_LENGTH : 1;
    if (stated && holdsEntries === null) entries = size;
    else if (sized?.fields.includes(name)) entries = sized.size;
    const inner = holdsEntries && { fields: holdsEntries, size };
    const inside = node.selectionSet ? within(getNamedType(field.type), node.selectionSet, inner) : 0;
    return entries * (1 + inside) + (parent === mutation ? size : 0);
  };

  const values = within(schema.getRootType(operation.operation), operation.selectionSet, null);
  return { size: { values, calls }, dependsOnVariables };
}

interface Measured {
  readonly size: AnswerSize;
  readonly dependsOnVariables: boolean;
}

function mayHoldVariable({ kind }: ValueNode): boolean {
  return kind === Kind.VARIABLE || kind === Kind.LIST || kind === Kind.OBJECT;
}

/** The fields of a type whose number of entries the field above them has set. */
type Sized = { readonly fields: readonly string[]; readonly size: number } | null;
