import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  buildSchema,
  findBreakingChanges,
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isObjectType,
  isSpecifiedScalarType,
  lexicographicSortSchema,
  printSchema,
} from 'graphql';
import { describe, expect, test } from 'vitest';
import { schema } from '../../src/graphql/schema.ts';

const read = (path: string) => readFile(join(import.meta.dirname, path), 'utf8');

test('schema.graphql is the printed schema; if it is not, run `npm run schema`', async () => {
  expect(await read('../../schema.graphql')).toBe(`${printSchema(lexicographicSortSchema(schema))}\n`);
});

describe('the published contract', () => {
  test('is kept: nothing in it is removed, renamed, re-typed or made nullable', async () => {
    const published = buildSchema(await read('published-contract.graphql'));
    expect(findBreakingChanges(published, schema)).toEqual([]);
  });

  test.each([
    ['a field is removed', 'shortfall: Int!', '', 'Pool.shortfall was removed.'],
    ['a field is made nullable', 'unusedTotal: Int!', 'unusedTotal: Int', 'changed type from Int! to Int'],
    ['an argument becomes required', 'first: Int,', 'first: Int!,', 'changed type from Int to Int!'],
    ['an enum value is removed', 'TAKEN_ELSEWHERE', 'TAKEN', 'TAKEN_ELSEWHERE was removed'],
  ])('is broken if %s', async (_, from, to, change) => {
    const text = await read('published-contract.graphql');
    expect(text).toContain(from);
    const changes = findBreakingChanges(buildSchema(text), buildSchema(text.replaceAll(from, to)));
    expect(changes.map(({ description }) => description).join('\n')).toContain(change);
  });
});

describe('descriptions', () => {
  test('exist for every type, field, argument, enum value and input field', () => {
    expect(undescribed(schema)).toEqual([]);
  });

  test('are reported if they are missing', () => {
    const bare = buildSchema(`
      type Query { word(id: ID!): Word, state: State }
      type Word { id: ID! }
      enum State { NEW }
      input WordInput { text: String }
    `);
    expect(undescribed(bare)).toEqual([
      'Query',
      'Query.word',
      'Query.word(id)',
      'Query.state',
      'Word',
      'Word.id',
      'State',
      'State.NEW',
      'WordInput',
      'WordInput.text',
    ]);
  });
});

/** The schema coordinates of everything that has no description. */
function undescribed(of: GraphQLSchema): string[] {
  const missing: string[] = [];
  const look = (coordinate: string, { description }: { description?: string | null | undefined }) => {
    if (!description?.trim()) missing.push(coordinate);
  };
  for (const type of Object.values(of.getTypeMap())) {
    if (isIntrospectionType(type) || isSpecifiedScalarType(type)) continue;
    look(type.name, type);
    if (isEnumType(type)) for (const value of type.getValues()) look(`${type.name}.${value.name}`, value);
    if (isInputObjectType(type)) {
      for (const field of Object.values(type.getFields())) look(`${type.name}.${field.name}`, field);
    }
    if (isObjectType(type) || isInterfaceType(type)) {
      for (const field of Object.values(type.getFields())) {
        look(`${type.name}.${field.name}`, field);
        for (const arg of field.args) look(`${type.name}.${field.name}(${arg.name})`, arg);
      }
    }
  }
  return missing;
}
