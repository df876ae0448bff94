import type { DocumentNode } from 'graphql';

/** Computes a result once for each document. Documents that come again are parsed once, so they are the same object. */
export function oncePerDocument<Result>(
  compute: (document: DocumentNode) => Result,
): (document: DocumentNode) => Result {
  const known = new WeakMap<DocumentNode, { readonly result: Result }>();
  return (document) => {
    const entry = known.get(document) ?? { result: compute(document) };
    known.set(document, entry);
    return entry.result;
  };
}
