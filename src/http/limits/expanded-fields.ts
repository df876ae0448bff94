import {
  type DocumentNode,
  type FragmentDefinitionNode,
  GraphQLError,
  Kind,
  type SelectionSetNode,
} from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { oncePerObject } from '../once-per-object.ts';

/** Most fields of a document, each fragment written out at every place that spreads it. */
export const MAX_FIELDS = 1_000;

/**
 * Refuses documents whose fragments expand into more than `MAX_FIELDS` fields, before they are validated, compiled or
 * executed: each of these walks over the expanded document, which can be exponentially longer than its text.
 */
export function useExpandedFieldLimit(): Plugin {
  return {
    onValidate({ params: { documentAST }, setResult }) {
      const fields = expandedFields(documentAST);
      if (fields <= MAX_FIELDS) return;
      const message =
        `The document has ${fields} fields with its fragments written out, and ${MAX_FIELDS} are the most. ` +
        'Send its parts as documents of their own.';
      setResult([new GraphQLError(message)]);
    },
  };
}

/**
 * How many fields the operations and fragments of a document have with all fragments written out; an inline fragment
 * and a spread count as one each. Each fragment is counted once, so this takes as long as the document has nodes. A
 * spread of a fragment within itself, which validation refuses, counts as one.
 */
export const expandedFields = oncePerObject(countFields);

function countFields({ definitions }: DocumentNode): number {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const one of definitions) {
    if (one.kind === Kind.FRAGMENT_DEFINITION) fragments.set(one.name.value, one);
  }
  const counted = new Map<string, number>();

  const inFragment = (name: string): number => {
    const known = counted.get(name);
    if (known !== undefined) return known;
    counted.set(name, 0);
    const count = within(fragments.get(name)?.selectionSet);
    counted.set(name, count);
    return count;
  };

  const within = (selectionSet: SelectionSetNode | undefined): number => {
    let count = 0;
    for (const selection of selectionSet?.selections ?? []) {
      count += 1;
      if (selection.kind === Kind.FRAGMENT_SPREAD) count += inFragment(selection.name.value);
      else count += within(selection.selectionSet);
    }
    return count;
  };

  let count = 0;
  for (const one of definitions) {
    if (one.kind === Kind.FRAGMENT_DEFINITION) count += inFragment(one.name.value);
    else if (one.kind === Kind.OPERATION_DEFINITION) count += within(one.selectionSet);
  }
  return count;
}
