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
import { type CallLimit, callsPerOperationOf } from '../../graphql/calls-per-operation.ts';
import { type ListTotals, listSizeOf } from '../../graphql/list-size.ts';
import type { Variables } from './variables.ts';

/** The most values that the response to one operation may have. Objects and leaves count. */
const MAX_VALUES = 20_000;
/** The assumed length of a list that no argument limits, such as the turns of a dialog. */
const ASSUMED_LENGTH = 4;

/** An operation that has been validated against its schema. */
export interface Operation {
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  /** The coerced variables, with their defaults. */
  readonly variables: Variables;
}

/**
 * Refuses an operation whose response could have more than `MAX_VALUES` values, or that calls a field more often than
 * the field allows. The sizes of nested pages multiply, so a short document could keep the server busy for minutes. The
 * check takes place before anything is read or changed.
 *
 * The fields state their sizes themselves: `src/graphql/list-size.ts` and `src/graphql/calls-per-operation.ts`.
 * @throws {GraphQLError} BAD_USER_INPUT
 */
export function checkResponseSize(request: Operation): void {
  const { values, calls } = responseSize(request);
  if (values > MAX_VALUES) {
    throw refusal(
      `The response could have ${values} values. The limit is ${MAX_VALUES}. ` +
        'Read smaller pages (`first`), send fewer words in one call, or split the operation into several requests.',
    );
  }
  for (const [name, { count, most, which }] of calls) {
    if (count <= most) continue;
    throw refusal(
      `The operation calls ${name}${which} ${count} times. The limit is ${most}. Send the others in another request.`,
    );
  }
}

function refusal(message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code: 'BAD_USER_INPUT' } });
}

interface CountedCalls extends Pick<CallLimit, 'most' | 'which'> {
  readonly count: number;
}

interface ResponseSize {
  readonly values: number;
  /** The number of calls of each field that limits them. */
  readonly calls: ReadonlyMap<string, CountedCalls>;
}

/** The sizes of operations in which no list's length depends on variables. They are the same for every request. */
const knownSizes = new WeakMap<OperationDefinitionNode, ResponseSize>();

function responseSize(request: Operation): ResponseSize {
  const known = knownSizes.get(request.operation);
  if (known !== undefined) return known;
  const { size, dependsOnVariables } = measure(request);
  if (!dependsOnVariables) knownSizes.set(request.operation, size);
  return size;
}

/**
 * Counts the objects and leaves that the response can have if every list has its greatest length. A field that is
 * selected twice counts twice. Fields that a directive leaves out count too; introspection fields do not. A mutation
 * also counts the entries that its arguments ask it to change or create.
 *
 * The document must be small with its fragments expanded, because it is walked as if they were.
 */
function measure({ schema, document, operation, variables }: Operation): Measured {
  let dependsOnVariables = false;
  const calls = new Map<string, CountedCalls>();
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
    const limit = callsPerOperationOf(field);
    const stated = listSizeOf(field);
    const args = stated || limit ? getArgumentValues(field, node, variables) : {};
    const hasVariables = node.arguments?.some(({ value }) => mayContainVariable(value)) ?? false;
    if ((stated || limit) && hasVariables) dependsOnVariables = true;
    if (limit?.counts(args)) {
      calls.set(name, { ...limit, count: (calls.get(name)?.count ?? 0) + 1 });
    }
    const size = stated?.maxEntries(args) ?? 0;
    const holdsEntries = stated?.sizedFields ?? null;
    let entries = isListType(getNullableType(field.type)) ? ASSUMED_LENGTH : 1;
    if (stated && holdsEntries === null) entries = size;
    else if (sized?.fields.includes(name)) entries = sized.size;
    const total = sized?.totals[name];
    const inTotals = { values: 0 };
    let inner: Sized = null;
    if (stated && holdsEntries) inner = { fields: holdsEntries, size, totals: stated.totals, inTotals };
    else if (sized && typeof total === 'object') inner = { ...sized, fields: [], totals: total };
    const inside = node.selectionSet ? within(getNamedType(field.type), node.selectionSet, inner) : 0;
    if (sized && typeof total === 'number') {
      sized.inTotals.values += total * (1 + inside);
      return 0;
    }
    return entries * (1 + inside) + inTotals.values + (parent === mutation ? size : 0);
  };

  const values = within(schema.getRootType(operation.operation), operation.selectionSet, null);
  return { size: { values, calls }, dependsOnVariables };
}

interface Measured {
  readonly size: ResponseSize;
  readonly dependsOnVariables: boolean;
}

function mayContainVariable({ kind }: ValueNode): boolean {
  return kind === Kind.VARIABLE || kind === Kind.LIST || kind === Kind.OBJECT;
}

/** What a field further up has stated of the lists of an object. */
type Sized = {
  /** The fields of the object that are lists of the length `size`. */
  readonly fields: readonly string[];
  readonly size: number;
  /** The lists of the object, and below it, that are limited all together. */
  readonly totals: ListTotals;
  /** How many values those lists can have. The field that states the totals adds them to its own. */
  readonly inTotals: { values: number };
} | null;
