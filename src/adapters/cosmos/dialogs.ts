import type { Dialog, DialogCounts } from '../../model/dialog.ts';
import { DialogNotFound } from '../../model/errors.ts';
import type { Page, PageRequest } from '../../model/page.ts';
import type { DialogKey } from '../../ports/dialogs.ts';
import type { HeldLease } from '../../ports/leases.ts';
import type { WordKey } from '../../ports/words.ts';
import { type Containers, createMark, type Tools } from './client/containers.ts';
import { countWhere } from './documents/counting.ts';
import { dialogFields, IS_DIALOG, IS_UNUSED_DIALOG, parseDialog } from './documents/dialog-document.ts';
import { editDocument } from './documents/edit-document.ts';
import { documentsByIds, readByKeys, readEach } from './documents/keyed-reads.ts';
import { readPage } from './documents/listing.ts';

export function dialogsByKeys(tools: Containers, keys: readonly DialogKey[]): Promise<(Dialog | null)[]> {
  return readByKeys(
    keys,
    (key) => key.dialogId,
    async (profileId, ids) => {
      const dialogs = await documentsByIds(tools.dialogs, profileId, ids, parseDialog);
      return new Map(dialogs.map((dialog) => [dialog.id, dialog]));
    },
  );
}

export function dialogPage(
  { dialogs }: Containers,
  profileId: string,
  isUsed: boolean | null,
  request: PageRequest,
): Promise<Page<Dialog>> {
  const where = isUsed === null ? IS_DIALOG : `${IS_DIALOG} AND c.is_used = ${isUsed}`;
  return readPage({ container: dialogs, profileId, where, parse: parseDialog }, request);
}

export function dialogCounts(tools: Containers, profileIds: readonly string[]): Promise<DialogCounts[]> {
  return readEach(profileIds, async (profileId) => {
    const [unused, used] = await Promise.all([
      unusedTotal(tools, profileId),
      countWhere(tools.dialogs, profileId, `${IS_DIALOG} AND c.is_used = true`),
    ]);
    return { unused, used };
  });
}

export function unusedTotal({ dialogs }: Containers, profileId: string): Promise<number> {
  return countWhere(dialogs, profileId, IS_UNUSED_DIALOG);
}

export function unusedDialogs({ dialogs }: Containers, keys: readonly WordKey[]): Promise<(Dialog | null)[]> {
  return readByKeys(
    keys,
    (key) => key.wordId,
    async (profileId, wordIds) => {
      const query = {
        select: '*',
        where: `${IS_UNUSED_DIALOG} AND ARRAY_CONTAINS(@words, c.word_id)`,
        values: { '@words': wordIds },
      };
      const found = await dialogs.queryProfile(profileId, query, parseDialog);
      const oldestLast = found.sort(byAgeDescending);
      return new Map(oldestLast.map((dialog) => [dialog.wordId, dialog]));
    },
  );
}

/**
 * Creates a dialog by one request, which sees nothing but its id: a dialog of a word that was removed or learned
 * while it was being written is kept all the same. To look would cost each dialog of a top-up one request more.
 *
 * A lease in another partition cannot be part of the request, so the fence is one of time: a request that is on its
 * way when the lease is lost arrives before another owner takes the lease over.
 */
export async function createDialog(
  { dialogs, newId }: Tools,
  dialog: Dialog,
  fence?: HeldLease,
): Promise<boolean> {
  const created = await dialogs.create(dialog.profileId, dialogFields(dialog), createMark(newId), fence);
  return created !== null;
}

export async function markDialogUsed(
  { dialogs }: Containers,
  profileId: string,
  dialogId: string,
  at: Date,
): Promise<Dialog> {
  const found = await dialogs.read(profileId, dialogId);
  const edited = await editDocument(dialogs, profileId, found, (document) =>
    parseDialog(document)?.isUsed === false ? { is_used: true, used_at: at.toISOString() } : null,
  );
  const dialog = parseDialog(edited);
  if (dialog === null) throw new DialogNotFound(dialogId);
  return dialog;
}

/** Newest first, and of the same age the last by id first. */
export function byAgeDescending(one: Dialog, other: Dialog): number {
  return other.createdAt.getTime() - one.createdAt.getTime() || (one.id < other.id ? 1 : -1);
}
