import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CriticalityLevel, diff } from '@graphql-inspector/core';
import { buildSchema } from 'graphql';
import { expect, test } from 'vitest';

const read = (path: string) => readFile(join(import.meta.dirname, path), 'utf8');
const released = () => read('../graphql/released-schema.graphql');

/** The changes that break a client of the released schema, as sentences. */
async function breakingChanges(before: string, after: string): Promise<string[]> {
  const changes = await diff(buildSchema(before), buildSchema(after));
  return changes
    .filter(({ criticality }) => criticality.level === CriticalityLevel.Breaking)
    .map(({ message }) => message);
}

test('no client of the last release is broken by schema.graphql', async () => {
  expect(await breakingChanges(await released(), await read('../../schema.graphql'))).toEqual([]);
});

test.each([
  ['a field is removed', '  usedAt: DateTime\n', '  takenAt: DateTime\n', "Field 'usedAt' was removed"],
  ['a field can be null', '  turns: [Turn!]!\n', '  turns: [Turn!]\n', "from '[Turn!]!' to '[Turn!]'"],
  [
    'an input field is required',
    '  level: CefrLevel\n',
    '  level: CefrLevel!\n',
    "Input field 'CreateProfile",
  ],
  ['a value is removed', '  TAKEN_ELSEWHERE\n', '  TAKEN\n', "Enum value 'TAKEN_ELSEWHERE' was removed"],
  ['nobody can subscribe', '  subscription: Subscription\n', '', "type 'Subscription' was removed"],
])('a client is broken if %s', async (_, from, to, change) => {
  const text = await released();
  expect(text).toContain(from);
  const changes = await breakingChanges(text, text.replaceAll(from, to));
  expect(changes.join('\n')).toContain(change);
});

test('no client is broken by a new field, a new value or a deprecation', async () => {
  const text = await released();
  const changed = text
    .replace(
      '  usedAt: DateTime\n',
      '  usedAt: DateTime @deprecated(reason: "Read takenAt.")\n  takenAt: DateTime\n',
    )
    .replace('enum Grade {\n', 'enum Grade {\n  PERFECT\n');
  expect(changed).toContain('takenAt');
  expect(changed).toContain('PERFECT');
  expect(await breakingChanges(text, changed)).toEqual([]);
});
