const MAX_BYTES = 1023;

/**
 * Whether a document can have this id. An id is a part of a URL, so the service accepts some ids under which a document
 * can be created but never read, changed or deleted. `.` and `..` address something else: deleting `..` deletes the
 * container.
 */
export function isAddressable(id: string): boolean {
  if (id.trim() === '' || id === '.' || id === '..' || id.endsWith(' ')) return false;
  return !/[/\\?#]|\p{Surrogate}/u.test(id) && Buffer.byteLength(id) <= MAX_BYTES;
}

/**
 * `isAddressable` as a condition of a query in which `c` is the document. Every query has it, so that every document
 * that is counted can also be read. The length and invalid Unicode are not checked: the service stores no such id.
 */
export const IS_ADDRESSABLE = [
  ...['/', '\\\\', '?', '#'].map((character) => `NOT CONTAINS(c.id, '${character}')`),
  "NOT ENDSWITH(c.id, ' ')",
  "TRIM(c.id) != ''",
  "c.id != '.'",
  "c.id != '..'",
].join(' AND ');
