import SchemaBuilder from '@pothos/core';
import ValidationPlugin from '@pothos/plugin-validation';
import { GraphQLScalarType } from 'graphql';
import { DateTimeResolver } from 'graphql-scalars';
import { BadUserInput } from '../model/errors.ts';
import type { Context } from './context.ts';
import { dateText } from './date-text.ts';

/** The only schema builder. The other files of this folder add their types, queries and mutations to it. */
export const builder = new SchemaBuilder<{
  Context: Context;
  DefaultFieldNullability: false;
  Scalars: {
    DateTime: { Input: Date; Output: Date };
    // Compiled queries send the values of ID and String as they are.
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

/** Its `serialize` returns text and not the date, which takes half the time of leaving dates to JSON.stringify. */
const DateTime = new GraphQLScalarType({
  ...DateTimeResolver.toConfig(),
  description: 'A moment in UTC, as RFC 3339 writes it: `2026-05-01T10:15:30.000Z`.',
  specifiedByURL: 'https://scalars.graphql.org/andimarek/date-time',
  serialize(date) {
    if (date instanceof Date) return dateText(date);
    throw new TypeError('DateTime serializes dates only');
  },
});

builder.addScalarType('DateTime', DateTime);
builder.queryType({ description: 'The fields that read data.' });
builder.mutationType({
  description:
    'The fields that change data. The mutations of one operation run one after the other. If one of them fails, `data` is null and the later ones do not run, but the earlier ones have taken effect: send them separately, or claim with a `claimKey`, if you need their results. If there is no profile with the `profileId` of a mutation, its error is PROFILE_NOT_FOUND. This is also so if the caller may not see the profile. If the caller may change nothing, the error is FORBIDDEN.',
});

/** The type parameters of the builder, for functions that take its refs. */
export type SchemaTypes = typeof builder extends PothosSchemaTypes.SchemaBuilder<infer Types> ? Types : never;
