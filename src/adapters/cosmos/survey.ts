import { z } from 'zod';
import { byAgeDescending, type Dialog, dialogNumber } from '../../model/dialog.ts';
import type { DialogStore, WordHistory } from '../../ports/dialogs.ts';
import type { Containers } from './client/containers.ts';
import { countWhere } from './documents/counting.ts';
import { IS_DIALOG, IS_UNUSED_DIALOG, parseDialog } from './documents/dialog-document.ts';

/** The fields that every document has that a survey finds. */
const surveyedDocument = z.looseObject({ id: z.string(), word_id: z.string() });

/** How many of its last dialogs the history of a word has. */
const RECENT = 3;
/** How many of the word's last styles it has. */
const STYLES = 24;

export function surveyMethods({
  dialogs,
}: Containers): Pick<DialogStore, 'unusedTotal' | 'survey' | 'latestDialogs'> {
  return {
    unusedTotal: (profileId) => countWhere(dialogs, profileId, IS_UNUSED_DIALOG),

    /**
     * Reads, by one query, all unused dialogs of the profile and all dialogs of the given words: a query cannot be
     * limited to the last few dialogs of each word.
     */
    async survey(profileId, wordIds) {
      const query = {
        // Turns are the largest part of a document, and only those of the given words are needed.
        select: `c.id, c.profile_id, c.word_id, c.is_used, c.used_at, c.ref_voice_id, c.generator, c.style, c.created_at,
          (ARRAY_CONTAINS(@words, c.word_id) ? c.turns : null) AS turns`,
        where: `(${IS_UNUSED_DIALOG} OR ARRAY_CONTAINS(@words, c.word_id))`,
        values: { '@words': [...new Set(wordIds)] },
      };
      const histories = new Map(wordIds.map((id) => [id, new History(id)]));
      let unusedTotal = 0;
      await dialogs.queryProfile(profileId, query, (document) => {
        const dialog = parseDialog(document);
        if (dialog?.isUsed === false) unusedTotal += 1;
        const { id, word_id } = surveyedDocument.parse(document);
        histories.get(word_id)?.add(id, dialog);
        return null;
      });
      return {
        unusedTotal,
        histories: wordIds.map((id) => (histories.get(id) ?? new History(id)).summary()),
      };
    },

    async latestDialogs(profileId, limit) {
      const query = {
        select: 'c.id, c.profile_id, c.word_id, c.is_used, c.style, c.created_at',
        top: limit,
        where: `${IS_DIALOG} AND IS_STRING(c.created_at)`,
        orderBy: 'c.created_at DESC',
      };
      const latest = await dialogs.queryProfile(profileId, query, parseDialog);
      return latest.sort(byAgeDescending);
    },
  };
}

/** Collects the dialogs of a word as they are found. */
class History {
  readonly #wordId: string;
  #total = 0;
  #hasUnused = false;
  #freeNumber = 0;
  /** Newest first. No more are kept in memory, because a word can have any number of dialogs. */
  #recent: Dialog[] = [];
  /** The same dialogs and more, without their turns. */
  #styled: Pick<Dialog, 'createdAt' | 'id' | 'style'>[] = [];

  constructor(wordId: string) {
    this.#wordId = wordId;
  }

  /** @param dialog null if the document is no dialog; its id is taken nevertheless */
  add(id: string, dialog: Dialog | null): void {
    if (dialog !== null) {
      this.#total += 1;
      this.#hasUnused ||= !dialog.isUsed;
      this.#recent = [...this.#recent, dialog].sort(byAgeDescending).slice(0, RECENT);
      const { createdAt, style } = dialog;
      this.#styled = [...this.#styled, { createdAt, id, style }].sort(byAgeDescending).slice(0, STYLES);
    }
    this.#freeNumber = Math.max(this.#freeNumber, (dialogNumber(this.#wordId, id) ?? -1) + 1);
  }

  summary(): WordHistory {
    return {
      hasUnusedDialog: this.#hasUnused,
      nextNumber: Math.max(this.#freeNumber, this.#total),
      recent: this.#recent,
      styles: this.#styled.map(({ style }) => style),
    };
  }
}
