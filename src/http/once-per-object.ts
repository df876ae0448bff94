/** Computes a result once for each object, such as a document: one that comes again is the same object. */
export function oncePerObject<Key extends object, Result>(
  compute: (object: Key) => Result,
): (object: Key) => Result {
  const known = new WeakMap<Key, { readonly result: Result }>();
  return (object) => {
    const entry = known.get(object) ?? { result: compute(object) };
    known.set(object, entry);
    return entry.result;
  };
}
