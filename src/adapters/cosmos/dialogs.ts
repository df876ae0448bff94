import { byAgeDescending } from '../../model/dialog.ts';
import { DialogNotFound } from '../../model/errors.ts';
import type { DialogStore } from '../../ports/dialogs.ts';
import type { Tools } from './client/containers.ts';
import { countWhere } from './documents/counting.ts';
import { createToken } from './documents/create-token.ts';
import { dialogFields, IS_DIALOG, IS_UNUSED_DIALOG, parseDialog } from './documents/dialog-document.ts';
import { editDocument } from './documents/edit-document.ts';
import { documentsByIds, readByKeys, readEach } from './documents/keyed-reads.ts';
import { readPage } from './documents/listing.ts';

type DialogMethods = Pick<
  DialogStore,
  'dialogs' | 'dialogPage' | 'dialogCounts' | 'unusedDialogs' | 'markDialogUsed' | 'createDialog'
>;

export function dialogMethods({ dialogs, newId }: Tools): DialogMethods {
  return {
    dialogs: (keys) =>
      readByKeys(
        keys,
        (key) => key.dialogId,
        async (profileId, ids) => {
          const found = await documentsByIds(dialogs, profileId, ids, parseDialog);
          return new Map(found.map((dialog) => [dialog.id, dialog]));
        },
      ),

    dialogPage(profileId, isUsed, request) {
      const where = isUsed === null ? IS_DIALOG : `${IS_DIALOG} AND c.is_used = ${isUsed}`;
      return readPage({ container: dialogs, profileId, where, parse: parseDialog }, request);
    },

    dialogCounts: (profileIds) =>
      readEach(profileIds, async (profileId) => {
        const [unused, used] = await Promise.all([
          countWhere(dialogs, profileId, IS_UNUSED_DIALOG),
          countWhere(dialogs, profileId, `${IS_DIALOG} AND c.is_used = true`),
        ]);
        return { unused, used };
      }),

    unusedDialogs: (keys) =>
      readByKeys(
        keys,
        (key) => key.wordId,
        async (profileId, wordIds) => {
          const query = {
            select: '*',
            where: `${IS_UNUSED_DIALOG} AND ARRAY_CONTAINS(@words, c.word_id)`,
            values: { '@words': wordIds },
          };
          const found = await dialogs.queryProfile(profileId, query, parseDialog);
          // Of several dialogs of a word, the last one stays in the map.
          const oldestLast = found.sort(byAgeDescending);
          return new Map(oldestLast.map((dialog) => [dialog.wordId, dialog]));
        },
      ),

    async markDialogUsed(profileId, dialogId, at) {
      const found = await dialogs.read(profileId, dialogId);
      const edited = await editDocument(dialogs, profileId, found, (document) =>
        parseDialog(document)?.isUsed === false ? { is_used: true, used_at: at.toISOString() } : null,
      );
      const dialog = parseDialog(edited);
      if (dialog === null) throw new DialogNotFound(dialogId);
      return dialog;
    },

    /**
     * Creates a dialog by one request, which fails only if its id is taken. So a dialog is stored also if its word was
     * removed or learned while it was being generated. Reading the word first would cost one more request per dialog.
     *
     * The lease is in another partition, so it cannot be a part of the request. The fence relies on time instead: a
     * request that was sent before the lease was lost arrives before another owner takes the lease over.
     */
    async createDialog(dialog, fence) {
      const { profileId } = dialog;
      return (await dialogs.create(profileId, dialogFields(dialog), createToken(newId), fence)) !== null;
    },
  };
}
