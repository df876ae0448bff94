import { maxAliasesPlugin } from '@escape.tech/graphql-armor-max-aliases';
import { maxDepthPlugin } from '@escape.tech/graphql-armor-max-depth';
import { useDocumentTextLimit } from './document-text.ts';
import { useExpandedFieldLimit } from './expanded-fields.ts';
import { useRepeatedFieldLimit } from './repeated-fields.ts';

/** Enough for the deepest useful query: a word of a dialog of a word in a connection of profiles. */
const MAX_DEPTH = 12;
/** Most fields with an alias. Several mutations in one document need them. */
const MAX_ALIASES = 30;
/** Most bytes of a body. A thousand words of the greatest length with their translations fit. */
export const MAX_BODY = 4_000_000;

/** Keeps a document from asking for more than any client needs. The cheapest checks come first. */
export function queryLimits() {
  return [
    useDocumentTextLimit(),
    useExpandedFieldLimit(),
    useRepeatedFieldLimit(),
    maxDepthPlugin({ n: MAX_DEPTH, ignoreIntrospection: true }),
    maxAliasesPlugin({ n: MAX_ALIASES }),
  ];
}
