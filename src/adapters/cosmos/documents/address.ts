const MOST_BYTES = 1023;

/**
 * Whether a document may have this id. Some ids can be created and never be reached again, since an id is a part
 * of a URL; `.` and `..` reach something else, and deleting `..` deletes the container.
 */
export function isAddressable(id: string): boolean {
  if (id.trim() === '' || id === '.' || id === '..' || id.endsWith(' ')) return false;
  return !/[/\\?#]|\p{Surrogate}/u.test(id) && Buffer.byteLength(id) <= MOST_BYTES;
}
