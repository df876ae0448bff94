import type { NewId } from '../../../ports/clock.ts';

/**
 * A field with a new id that is written with a new document. If the answer to the creation is lost, a read tells by it
 * whether the document is the caller's own. It stays in the document, so it also marks documents of this store:
 * documents of other programs have none.
 */
export function createToken(newId: NewId): { create_token: string } {
  return { create_token: newId() };
}
