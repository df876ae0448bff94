import type { NewId } from '../../../ports/clock.ts';
import type { Log } from '../../../ports/log.ts';
import type { DocumentContainer } from './container.ts';

/** The containers of the database; the first three are also other writers'. */
export interface Containers {
  /** Partitioned by `id`. */
  readonly profiles: DocumentContainer;
  /** Partitioned by `profile_id`, and so are the dialogs. */
  readonly words: DocumentContainer;
  readonly dialogs: DocumentContainer;
  /** Used by this store alone: leases, and what was claimed under which key. Partitioned by `id`. */
  readonly leases: DocumentContainer;
}

/** What the methods of the store work with. */
export interface Tools extends Containers {
  readonly newId: NewId;
  readonly log: Log;
}

/**
 * A field that only the caller's own document has, so that after a lost answer a read tells whose was created. It
 * stays in the document: by it ours are told from those of other writers.
 */
export function createMark(newId: NewId): { create_token: string } {
  return { create_token: newId() };
}
