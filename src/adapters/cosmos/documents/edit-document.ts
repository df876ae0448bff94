import type { DocumentContainer, Fields, StoredDocument } from '../client/container.ts';

/**
 * Changes fields of a document. If another writer changes it at the same time, the document is read again and the change
 * is computed again, until one replacement succeeds. Fields that the change does not name stay as they are.
 * @param document the version to start with; null if the document does not exist
 * @param changeOf computes the fields to change; null leaves the document as it is
 * @returns the document as it is then; null if it does not exist
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
