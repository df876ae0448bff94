import { maxAliasesPlugin } from '@escape.tech/graphql-armor-max-aliases';
import { maxDepthPlugin } from '@escape.tech/graphql-armor-max-depth';
import { maxTokensPlugin } from '@escape.tech/graphql-armor-max-tokens';

/** The deepest query of use reads a word of a dialog of a word in a connection of profiles. */
const MAX_DEPTH = 12;
/** Most fields under another name, as several mutations in one document need them. */
const MAX_ALIASES = 30;
/** Enough for a few hundred words written into a document; longer lists belong into variables. */
const MAX_TOKENS = 5_000;
/** In bytes. A thousand words of the greatest length, with their translations, fit in. */
export const MAX_BODY = 4_000_000;

/** Keeps a single document from asking for more than any client needs. */
export function queryLimits() {
  return [
    maxDepthPlugin({ n: MAX_DEPTH, ignoreIntrospection: true }),
    maxAliasesPlugin({ n: MAX_ALIASES }),
    maxTokensPlugin({ n: MAX_TOKENS }),
  ];
}
