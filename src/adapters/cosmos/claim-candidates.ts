import type { DocumentContainer, StoredDocument } from './client/container.ts';
import { stored } from './client/container.ts';
import { CosmosFailure } from './client/failure.ts';
import { IS_UNUSED_DIALOG, parseDialog } from './documents/dialog-document.ts';
import { readPage } from './documents/listing.ts';

/** An unused dialog that may be claimed. */
export interface Candidate {
  readonly id: string;
  /** Null if the document is large: it is read just before it is marked, so that few such documents are in memory. */
  readonly document: StoredDocument | null;
}

/** What a claim writes into the dialogs that it marks. */
export interface Claim {
  /** The time at which the dialogs are used. */
  readonly at: Date;
  /** Names the claim and no other. */
  readonly token: string;
}

/** In UTF-16 code units of JSON. Dialogs of this store are seldom larger. */
const LARGE = 64_000;
const PAYLOAD_TOO_LARGE = 413;

/**
 * Reads the oldest unused dialogs of a profile.
 * @param wanted if at least this number have a date, those without one are not read
 * @param most how many to return at most
 * @param passed ids of dialogs to leave out
 */
export async function oldestUnused(
  dialogs: DocumentContainer,
  profileId: string,
  { wanted, most, passed }: { wanted: number; most: number; passed: readonly string[] },
): Promise<readonly Candidate[]> {
  const listing = {
    container: dialogs,
    profileId,
    where: `${IS_UNUSED_DIALOG} AND NOT ARRAY_CONTAINS(@passed, c.id)`,
    values: { '@passed': passed },
    parse: candidate,
  };
  return (await readPage(listing, { first: most, after: null }, wanted)).nodes;
}

/** Parses a candidate; null if the document is no dialog. */
export function candidate(found: unknown): Candidate | null {
  if (parseDialog(found) === null) return null;
  const document = stored(found);
  return { id: document.id, document: JSON.stringify(document).length > LARGE ? null : document };
}

/**
 * Marks a dialog as claimed if it still has the version that was read.
 * @returns the new version; `changed` or `gone` as from `replace`; `full` if the document is too large to be marked, so
 *   that it can never be claimed
 */
export async function markClaimed(
  dialogs: DocumentContainer,
  profileId: string,
  document: StoredDocument,
  { at, token }: Claim,
): Promise<StoredDocument | 'changed' | 'gone' | 'full'> {
  try {
    const change = { is_used: true, used_at: at.toISOString(), claim_token: token };
    return await dialogs.replace(profileId, document, change);
  } catch (error) {
    if (error instanceof CosmosFailure && error.status === PAYLOAD_TOO_LARGE) return 'full';
    throw error;
  }
}
