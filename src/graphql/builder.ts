import SchemaBuilder from '@pothos/core';
import ValidationPlugin from '@pothos/plugin-validation';
import { GraphQLScalarType } from 'graphql';
import { DateTimeResolver } from 'graphql-scalars';
import { BadUserInput } from '../model/errors.ts';
import type { Context } from './context.ts';

/** The one builder: every file of this folder adds its types, queries and mutations to it. */
export const builder = new SchemaBuilder<{
  Context: Context;
  DefaultFieldNullability: false;
  Scalars: {
    DateTime: { Input: Date; Output: Date };
    ID: { Input: string; Output: string };
  };
}>({
  defaultFieldNullability: false,
  plugins: [ValidationPlugin],
  validation: {
    validationError({ issues: [issue] }) {
      const path = (issue?.path ?? []).map((step) => (typeof step === 'object' ? step.key : step));
      return new BadUserInput(path.join('.'), issue?.message ?? 'is not valid');
    },
  },
});

/** Dates are serialised as text: `JSON.stringify` takes twice as long for an answer that is full of `Date` objects. */
const DateTime = new GraphQLScalarType<Date, string>({
  ...DateTimeResolver.toConfig(),
  serialize(value) {
    const date = DateTimeResolver.serialize(value);
    return date.toISOString();
  },
});
builder.addScalarType('DateTime', DateTime);
builder.queryType({ description: 'What can be read.' });
builder.mutationType({
  description: 'What can be changed. The mutations of one document run one after the other.',
});

/** The builder's own types, for functions that take what it made. */
export type SchemaTypes = typeof builder extends PothosSchemaTypes.SchemaBuilder<infer Types> ? Types : never;
