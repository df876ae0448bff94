import fc from 'fast-check';
import { type GraphQLObjectType, type GraphQLSchema, getNamedType, isObjectType } from 'graphql';

/** A query document, valid against the schema, and the values of its variables, which may not be. */
export interface RandomQuery {
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

const PAGES = ['', '(first: 3)', '(first: 101)', '(first: $first)', '(first: 2, after: $after)'];

/** Arguments to choose from, by the field that takes them; the first may be written without an alias. */
const ARGUMENTS: Readonly<Record<string, readonly string[]>> = {
  'Query.profile': ['(id: $id)', '(id: "nobody")'],
  'Query.profiles': PAGES,
  'Profile.word': ['(id: "nothing")', '(id: $id)'],
  'Profile.words': [...PAGES, '(states: [TEACHING], first: 4)', '(states: $states)'],
  'Profile.dialog': ['(id: $id)', '(id: "nothing")'],
  'Profile.dialogs': [...PAGES, '(isUsed: false)', '(isUsed: true, first: $first)'],
};

const VARIABLES: Readonly<Record<string, string>> = {
  $id: 'ID!',
  $first: 'Int',
  $after: 'String',
  $states: '[WordState!]',
};

/** Most levels of fields in a selection. */
const DEPTH = 7;

/** Queries with fields in any order and number, aliases, arguments and fragments. */
export function randomQuery(schema: GraphQLSchema): fc.Arbitrary<RandomQuery> {
  const root = schema.getQueryType();
  if (!root) throw new Error('the schema has no queries');
  const fragmentOn = (name: string): fc.Arbitrary<string> => {
    const type = schema.getType(name);
    if (!isObjectType(type)) throw new Error(`${name} is not an object type`);
    return selection(type, 3, false).map((fields) => `fragment Of${name} on ${name} ${fields}`);
  };
  return fc
    .record({
      fields: selection(root, DEPTH, true),
      fragments: fc.tuple(fragmentOn('Word'), fragmentOn('Dialog')),
      variables: fc.record(
        {
          id: fc.constantFrom('course', 'course', 'course', 'nobody', null, ['course'], 7),
          first: fc.constantFrom(0, 1, 5, 100, null, 101, -1, '5', 1.5),
          after: fc.constantFrom(null, 'not a cursor', 8),
          states: fc.constantFrom(['LEARNED', 'PENDING'], 'TEACHING', [], null, ['teaching'], [null]),
        },
        { requiredKeys: ['id'] },
      ),
    })
    .map(({ fields, fragments, variables }) => {
      const used = [
        fields,
        ...fragments.filter((_, i) => fields.includes(i === 0 ? '...OfWord' : '...OfDialog')),
      ];
      const body = used.join('\n');
      const declared = Object.entries(VARIABLES).filter(([name]) => body.includes(name));
      const head = declared.map(([name, type]) => `${name}: ${type}`).join(', ');
      return { query: `query Random${head && `(${head})`} ${body}`, variables };
    });
}

function selection(type: GraphQLObjectType, depth: number, mayspread: boolean): fc.Arbitrary<string> {
  const fields = Object.values(type.getFields()).flatMap(
    ({ name, type: wrapped }): fc.Arbitrary<string>[] => {
      const inner = getNamedType(wrapped);
      if (isObjectType(inner) && depth <= 1) return [];
      const variants = ARGUMENTS[`${type.name}.${name}`] ?? [''];
      // A field with the same alias always has the same arguments, so that selections of it can be merged.
      const field = fc
        .nat(variants.length - 1)
        .map((i) => `${i > 0 ? `${name}${i}: ` : ''}${name}${variants[i]}`);
      const named = variants.length > 1 ? field : fc.constantFrom(name, name, `my_${name}: ${name}`);
      return [
        isObjectType(inner)
          ? fc.tuple(named, selection(inner, depth - 1, mayspread)).map((parts) => parts.join(' '))
          : named,
      ];
    },
  );
  const spreads =
    mayspread && ['Word', 'Dialog'].includes(type.name) ? [fc.constant(`...Of${type.name}`)] : [];
  const entry = fc.oneof(...fields, ...spreads, fc.constant('__typename'));
  return fc
    .tuple(fc.array(entry, { minLength: 1, maxLength: 5 }), fc.boolean())
    .map(([entries, inline]) =>
      inline ? `{ ... on ${type.name} { ${entries.join(' ')} } }` : `{ ${entries.join(' ')} }`,
    );
}
