import { z } from 'zod';
import { type Dialog, dialogNumber } from '../../model/dialog.ts';
import type { Survey, WordHistory } from '../../ports/dialogs.ts';
import type { Containers } from './client/containers.ts';
import { byAgeDescending } from './dialogs.ts';
import { IS_UNUSED_DIALOG, parseDialog } from './documents/dialog-document.ts';

/** What every document has that a survey finds. */
const surveyed = z.looseObject({ id: z.string(), word_id: z.string() });

const RECENT = 3;

/**
 * Surveys a pool in one request: all its unused dialogs, and all dialogs of the words asked for, since a query can't
 * be limited to the last few of each word.
 */
export async function survey(
  { dialogs }: Containers,
  profileId: string,
  wordIds: readonly string[],
): Promise<Survey> {
  const query = {
    // The turns are most of a document, and only those of the words asked for are needed.
    select: `c.id, c.profile_id, c.word_id, c.is_used, c.used_at, c.ref_voice_id, c.generator, c.created_at,
      (ARRAY_CONTAINS(@words, c.word_id) ? c.turns : null) AS turns`,
    where: `${IS_UNUSED_DIALOG} OR ARRAY_CONTAINS(@words, c.word_id)`,
    values: { '@words': [...new Set(wordIds)] },
  };
  const asked = new Map(wordIds.map((id) => [id, new History(id)]));
  let unusedTotal = 0;
  await dialogs.queryProfile(profileId, query, (document) => {
    const dialog = parseDialog(document);
    if (dialog?.isUsed === false) unusedTotal += 1;
    const { id, word_id } = surveyed.parse(document);
    asked.get(word_id)?.add(id, dialog);
    return null;
  });
  return { unusedTotal, histories: wordIds.map((id) => (asked.get(id) ?? new History(id)).summary()) };
}

/** The dialogs of a word, as they are found. */
class History {
  readonly #wordId: string;
  #total = 0;
  #hasUnused = false;
  #freeNumber = 0;
  /** Newest first; the others are let go of, since a word may have any number of dialogs. */
  #recent: Dialog[] = [];

  constructor(wordId: string) {
    this.#wordId = wordId;
  }

  /** @param dialog null where the document is none; its id is taken all the same */
  add(id: string, dialog: Dialog | null): void {
    if (dialog !== null) {
      this.#total += 1;
      this.#hasUnused ||= !dialog.isUsed;
      this.#recent = [...this.#recent, dialog].sort(byAgeDescending).slice(0, RECENT);
    }
    this.#freeNumber = Math.max(this.#freeNumber, (dialogNumber(this.#wordId, id) ?? -1) + 1);
  }

  summary(): WordHistory {
    return {
      hasUnusedDialog: this.#hasUnused,
      nextNumber: Math.max(this.#freeNumber, this.#total),
      recent: this.#recent,
    };
  }
}
