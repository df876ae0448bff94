import {
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLFieldConfig,
  type GraphQLInputField,
  type GraphQLInputType,
  GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql';
import type { Context } from '../../src/graphql/context.ts';

/** The ids that the arguments of an operation name. */
export interface Ids {
  readonly profile: string;
  readonly word: string;
  readonly dialog: string;
  readonly topUp: string;
  /** The id of a profile that is created. */
  readonly fresh: string;
}

/** A way from a root type to one field. */
export interface Walk {
  /** For example `Query.profile > Profile.word > Word.text`. */
  readonly name: string;
  readonly kind: 'query' | 'mutation' | 'subscription';
  readonly steps: readonly Step[];
}

interface Step {
  readonly parent: string;
  readonly field: GraphQLField<unknown, unknown>;
}

/** A way to every field of every type that can be reached: a shortest one by a query, if there is one. */
export function walksOf(schema: GraphQLSchema): Walk[] {
  const expanded = new Set<string>();
  const roots = [
    ['query', schema.getQueryType()],
    ['subscription', schema.getSubscriptionType()],
    ['mutation', schema.getMutationType()],
  ] as const;
  return roots.flatMap(([kind, type]) => (type ? walksFrom(kind, type, expanded) : []));
}

/** @param expanded the names of the types to whose fields there is a way already */
function walksFrom(kind: Walk['kind'], root: GraphQLObjectType, expanded: Set<string>): Walk[] {
  const walks: Walk[] = [];
  const waiting: [type: GraphQLObjectType, steps: readonly Step[]][] = [[root, []]];
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    const [type, before] = next;
    if (expanded.has(type.name)) continue;
    expanded.add(type.name);
    for (const field of Object.values(type.getFields())) {
      const steps = [...before, { parent: type.name, field }];
      walks.push({ name: steps.map((step) => `${step.parent}.${step.field.name}`).join(' > '), kind, steps });
      const target = getNamedType(field.type);
      if (isObjectType(target)) waiting.push([target, steps]);
      else if (isCompositeType(target)) throw new Error(`the walk does not know types like ${target.name}`);
    }
  }
  return walks;
}

/** The operation that goes a way. */
export function operationOf({ kind, steps }: Walk, ids: Ids): string {
  const select = (index: number): string => {
    const step = steps[index];
    if (step === undefined) return '';
    const inner = select(index + 1) || (isObjectType(getNamedType(step.field.type)) ? '__typename' : '');
    return `${step.field.name}${argumentsOf(step.field, ids)}${inner && ` { ${inner} }`}`;
  };
  return `${kind} Walk { ${select(0)} }`;
}

/** Whether an argument on the way names a word, a dialog or a top-up. */
export function namesPart(walk: Walk): boolean {
  const [one, other] = ['one', 'other'].map((part) =>
    operationOf(walk, { profile: 'p', fresh: 'f', word: part, dialog: part, topUp: part }),
  );
  return one !== other;
}

/** What the end of a way has in an answer: undefined if it was not reached, since something before it is null or empty. */
export function reached({ steps }: Walk, data: unknown): unknown {
  return steps.reduce((value: unknown, { field }) => {
    const one = Array.isArray(value) ? value[0] : value;
    return typeof one === 'object' && one !== null ? Reflect.get(one, field.name) : undefined;
  }, data);
}

function argumentsOf(field: GraphQLField<unknown, unknown>, ids: Ids): string {
  const given = field.args.flatMap((arg) => {
    const value = literalOf(arg, arg.type, field.type, ids);
    return value === null ? [] : [`${arg.name}: ${value}`];
  });
  return given.length === 0 ? '' : `(${given.join(', ')})`;
}

/** A valid value as it stands in a document; null to leave the argument out. */
function literalOf(
  input: GraphQLArgument | GraphQLInputField,
  type: GraphQLInputType,
  returned: GraphQLOutputType | null,
  ids: Ids,
): string | null {
  if (isNonNullType(type)) {
    const value = literalOf(input, type.ofType, returned, ids) ?? anyValue(type.ofType, ids);
    if (value === null) throw new Error(`the walk does not know a value of ${input.name}: ${type}`);
    return value;
  }
  const named = getNamedType(type);
  if (input.name === 'version' && named.name === 'String') return JSON.stringify(PROMPT_VERSION);
  if (named.name === 'ID') {
    const id = idFor(input.name, returned, ids);
    return id === null ? null : isListType(type) ? JSON.stringify([id]) : JSON.stringify(id);
  }
  return null;
}

/** The version of the prompt that the walk names. */
export const PROMPT_VERSION = 'template/v2';

/** Inputs that lead to every field of the answer: one of these words is too long. */
const EXAMPLES: Readonly<Record<string, string>> = {
  ImportWordsInput: `{ text: "en\\n${'x'.repeat(201)}", format: CSV, partial: true }`,
};

function anyValue(type: GraphQLInputType, ids: Ids): string | null {
  if (isNonNullType(type)) return anyValue(type.ofType, ids);
  if (isListType(type)) return `[${anyValue(type.ofType, ids)}]`;
  if (isEnumType(type)) return type.getValues()[0]?.name ?? null;
  if (isInputObjectType(type)) {
    const example = EXAMPLES[type.name];
    if (example !== undefined) return example;
    const fields = Object.values(type.getFields()).flatMap((field) => {
      const value = literalOf(field, field.type, null, ids);
      return value === null ? [] : [`${field.name}: ${value}`];
    });
    return `{ ${fields.join(', ')} }`;
  }
  const scalars: Record<string, string> = { String: '"en"', Int: '1', Float: '1', Boolean: 'true' };
  return scalars[String(type)] ?? null;
}

/** Keys that the caller makes up. They name nothing that exists. */
const MADE_UP = ['claimKey'];

function idFor(name: string, returned: GraphQLOutputType | null, ids: Ids): string | null {
  if (MADE_UP.includes(name)) return null;
  const known: Record<string, string> = {
    profileId: ids.profile,
    wordId: ids.word,
    wordIds: ids.word,
    dialogId: ids.dialog,
    topUpId: ids.topUp,
  };
  const byType: Record<string, string> = {
    Profile: ids.profile,
    Word: ids.word,
    Dialog: ids.dialog,
    TopUp: ids.topUp,
    // `deleteProfile` returns the id.
    ID: ids.profile,
  };
  const id =
    name === 'id' ? (returned === null ? ids.fresh : byType[getNamedType(returned).name]) : known[name];
  if (id === undefined) throw new Error(`the walk does not know what the argument ${name} names`);
  return id;
}

/** Adds a field to a type of the schema. @returns takes it out again */
export function plant(
  schema: GraphQLSchema,
  typeName: string,
  planted: Record<string, GraphQLFieldConfig<unknown, Context>>,
): () => void {
  const fields = typeOf(schema, typeName).getFields();
  Object.assign(fields, new GraphQLObjectType({ name: 'Planted', fields: planted }).getFields());
  return () => {
    for (const name of Object.keys(planted)) delete fields[name];
  };
}

function typeOf(schema: GraphQLSchema, name: string): GraphQLObjectType {
  const type = schema.getType(name);
  if (!isObjectType(type)) throw new Error(`there is no type ${name}`);
  return type;
}
