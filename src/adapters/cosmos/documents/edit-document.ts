import type { DocumentContainer, Fields, StoredDocument } from '../client/container.ts';

/**
 * Changes a document, beginning with the version given, until no other writer gets in between. Fields that the
 * change does not name stay as other writers left them.
 * @param changeOf the fields to change; null where the document is to stay as it is
 * @returns the document as it then is; null where it is no more
 */
export async function editDocument(
  container: DocumentContainer,
  partition: string,
  document: StoredDocument | null,
  changeOf: (document: StoredDocument) => Fields | null,
): Promise<StoredDocument | null> {
  let current = document;
  while (current !== null) {
    const change = changeOf(current);
    if (change === null) return current;
    const result = await container.replace(partition, current, change);
    if (result === 'gone') return null;
    if (result !== 'changed') return result;
    current = await container.read(partition, current.id);
  }
  return null;
}
