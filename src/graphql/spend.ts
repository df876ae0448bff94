import type { Spend } from '../model/spend.ts';
import { builder } from './builder.ts';

/** The largest value of GraphQL's `Int`. */
const MAX_INT = 2_147_483_647;

export const SpendRef = builder.objectRef<Spend>('Spend').implement({
  description: 'Paid calls of the generator, with their tokens and their cost.',
  fields: (t) => ({
    calls: t.exposeInt('calls', {
      description: 'The number of paid calls. The built-in template generator makes none.',
    }),
    inputTokens: t.int({
      nullable: true,
      description:
        'Tokens sent to the language model. Null if the provider did not report them for every call, or if there are more than 2,147,483,647.',
      resolve: ({ inputTokens }) => shown(inputTokens),
    }),
    outputTokens: t.int({
      nullable: true,
      description:
        'Tokens received from the language model. Null if the provider did not report them for every call, or if there are more than 2,147,483,647.',
      resolve: ({ outputTokens }) => shown(outputTokens),
    }),
    cost: t.exposeFloat('cost', {
      nullable: true,
      description:
        'The cost of the calls, in the currency of the prices that the server is configured with. Null if it has no prices or the tokens are not known.',
    }),
  }),
});

/** A number of tokens that a provider reported, if GraphQL can carry it. */
function shown(tokens: number | null): number | null {
  return tokens === null || tokens > MAX_INT ? null : tokens;
}
