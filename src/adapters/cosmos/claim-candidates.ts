import type { DocumentContainer, StoredDocument } from './client/container.ts';
import { stored } from './client/container.ts';
import { CosmosFailure } from './client/failure.ts';
import { IS_UNUSED_DIALOG, parseDialog } from './documents/dialog-document.ts';
import { readPage } from './documents/listing.ts';

/** An unused dialog that may be claimed. */
export interface Candidate {
  readonly id: string;
  /** Null for a large document: it is read when its turn comes, so that few of them are in memory at once. */
  readonly document: StoredDocument | null;
}

/** Whose claim it is, and when it was made. */
export interface Claim {
  readonly at: Date;
  readonly token: string;
}

/** More UTF-16 code units than a dialog of ours ever has. */
const LARGE = 64_000;
const PAYLOAD_TOO_LARGE = 413;

/**
 * The oldest unused dialogs of a profile.
 * @param wanted with fewer of them that tell a date, those without one are looked for too
 * @param passed ids that are left out
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

/** A document as a candidate; null if it holds no dialog. */
export function candidate(found: unknown): Candidate | null {
  if (parseDialog(found) === null) return null;
  const document = stored(found);
  return { id: document.id, document: JSON.stringify(document).length > LARGE ? null : document };
}

/**
 * Marks a version of a dialog as claimed.
 * @returns the new version; 'changed' or 'gone' as `replace` does; 'full' if the mark does not fit into the document,
 *   which then can be claimed by no one
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
