import type { NewId } from '../../../ports/clock.ts';
import type { Log } from '../../../ports/log.ts';
import type { DocumentContainer } from './container.ts';

/** The containers of the database. Other programs may write to all but `leases`, `topUps` and `learnings`. */
export interface Containers {
  /** Partitioned by `id`. */
  readonly profiles: DocumentContainer;
  /** Partitioned by `profile_id`. */
  readonly words: DocumentContainer;
  /** Dialogs and the documents of the write check. Partitioned by `profile_id`. */
  readonly dialogs: DocumentContainer;
  /** Leases, the records of claims with a key, and the states of prompts. Partitioned by `id`. */
  readonly leases: DocumentContainer;
  /** The records of top-ups, the counts of paid calls, and what tells watchers of changes. Partitioned by `profile_id`. */
  readonly topUps: DocumentContainer;
  /** What profiles have learned, and its earlier versions. Partitioned by `profile_id`. */
  readonly learnings: DocumentContainer;
}

/** What the methods of the store need. */
export interface Tools extends Containers {
  readonly newId: NewId;
  readonly log: Log;
}
