import { maxAliasesPlugin } from '@escape.tech/graphql-armor-max-aliases';
import { maxDepthPlugin } from '@escape.tech/graphql-armor-max-depth';
import { useDocumentTextLimit } from './document-text.ts';
import { useExpandedFieldLimit } from './expanded-fields.ts';

/** The deepest query of use reads a word of a dialog of a word in a connection of profiles. */
const MAX_DEPTH = 12;
/** Most fields under another name, as several mutations in one document need them. */
const MAX_ALIASES = 30;
/** In bytes. A thousand words of the greatest length, with their translations, fit in. */
export const MAX_BODY = 4_000_000;

/** Keeps a single document from asking for more than any client needs; what costs least is checked first. */
export function queryLimits() {
  return [
    useDocumentTextLimit(),
    useExpandedFieldLimit(),
    maxDepthPlugin({ n: MAX_DEPTH, ignoreIntrospection: true }),
    maxAliasesPlugin({ n: MAX_ALIASES }),
  ];
}
