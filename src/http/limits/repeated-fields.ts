import {
  type DocumentNode,
  type FragmentDefinitionNode,
  GraphQLError,
  Kind,
  type SelectionSetNode,
} from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { oncePerObject } from '../once-per-object.ts';
import { expandedFields, MAX_FIELDS } from './expanded-fields.ts';

/** How often one field may be selected in the same place. */
const MAX_REPEATS = 30;

/** The message of graphql-js if it gives up comparing fields. */
const ABORTED = 'Validation aborted.';

const ADVICE =
  'Select each field once in each place, or send the parts of the document as documents of their own.';

/**
 * Refuses documents that select a field more than `MAX_REPEATS` times in the same place, before they are validated:
 * validation compares each two of these selections with each other, and all that is selected in them.
 */
export function useRepeatedFieldLimit(): Plugin {
  return {
    onValidate({ params: { documentAST }, setResult }) {
      // Then it is refused already.
      if (expandedFields(documentAST) > MAX_FIELDS) return;
      const name = repeatedField(documentAST);
      if (name !== null) {
        const message = `The document selects ${name} more than ${MAX_REPEATS} times in the same place. ${ADVICE}`;
        return setResult([new GraphQLError(message)]);
      }
      return ({ result, setResult: replaceResult }) => {
        if (!result.some(({ message }: Error) => message === ABORTED)) return;
        replaceResult([new GraphQLError(`The document is too costly to validate. ${ADVICE}`)]);
      };
    },
  };
}

/** Selections, and the fragments that they are in. */
interface Selected {
  readonly selectionSet: SelectionSetNode;
  readonly within: ReadonlySet<string>;
}

/**
 * The name of a field that is selected too often in the same place; null if there is none. Selections of fields with the
 * same name are one place, because their results are merged. A fragment that is spread several times in the same place
 * counts once, as in validation.
 */
const repeatedField = oncePerObject(findRepeatedField);

function findRepeatedField({ definitions }: DocumentNode): string | null {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const one of definitions) {
    if (one.kind === Kind.FRAGMENT_DEFINITION) fragments.set(one.name.value, one);
  }
  /** A document has no more fields, unless its fragments spread each other in a circle. Validation refuses those. */
  let left = MAX_FIELDS;

  const repeatedIn = (place: readonly Selected[]): string | null => {
    const fields = new Map<string, { count: number; selected: Selected[] }>();
    const spread = new Set<string>();

    const collect = ({ selectionSet, within }: Selected): void => {
      for (const selection of selectionSet.selections) {
        if (left <= 0) return;
        left -= 1;
        if (selection.kind === Kind.FIELD) {
          const name = (selection.alias ?? selection.name).value;
          const field = fields.get(name) ?? { count: 0, selected: [] };
          field.count += 1;
          if (selection.selectionSet) field.selected.push({ selectionSet: selection.selectionSet, within });
          fields.set(name, field);
        } else if (selection.kind === Kind.INLINE_FRAGMENT) {
          collect({ selectionSet: selection.selectionSet, within });
        } else {
          const name = selection.name.value;
          const fragment = fragments.get(name);
          if (fragment === undefined || spread.has(name) || within.has(name)) continue;
          spread.add(name);
          collect({ selectionSet: fragment.selectionSet, within: new Set([...within, name]) });
        }
      }
    };

    for (const one of place) collect(one);
    for (const [name, { count, selected }] of fields) {
      if (count > MAX_REPEATS) return name;
      const below = selected.length === 0 ? null : repeatedIn(selected);
      if (below !== null) return below;
    }
    return null;
  };

  for (const one of definitions) {
    if (one.kind !== Kind.OPERATION_DEFINITION && one.kind !== Kind.FRAGMENT_DEFINITION) continue;
    const name = repeatedIn([{ selectionSet: one.selectionSet, within: new Set() }]);
    if (name !== null) return name;
  }
  return null;
}
