const MOST_BYTES = 1023;

/**
 * Whether a document may have this id. Some ids can be created and never be reached again, since an id is a part
 * of a URL; `.` and `..` reach something else, and deleting `..` deletes the container.
 */
export function isAddressable(id: string): boolean {
  if (id.trim() === '' || id === '.' || id === '..' || id.endsWith(' ')) return false;
  return !/[/\\?#]|\p{Surrogate}/u.test(id) && Buffer.byteLength(id) <= MOST_BYTES;
}

/**
 * The same as a condition of a query, `c` being the document. Every query carries it, so that what is counted can
 * also be read. It says nothing of the length and of broken Unicode: the service stores no such id.
 */
export const IS_ADDRESSABLE = [
  ...['/', '\\\\', '?', '#'].map((character) => `NOT CONTAINS(c.id, '${character}')`),
  "NOT ENDSWITH(c.id, ' ')",
  "TRIM(c.id) != ''",
  "c.id != '.'",
  "c.id != '..'",
].join(' AND ');
