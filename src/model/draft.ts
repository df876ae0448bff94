import type { Dialog } from './dialog.ts';
import type { Profile } from './profile.ts';
import type { Word } from './word.ts';

/** One utterance as a generator wrote it. Generators give every turn a translation. */
export interface DraftTurn {
  readonly speaker: string;
  readonly text: string;
  readonly translation: string;
}

/** A dialog as a generator wrote it, not yet checked or stored. */
export interface Draft {
  readonly turns: readonly DraftTurn[];
  /** Inflected forms of the word that the generator says it used, where the word's own text may not appear. */
  readonly forms?: readonly string[];
}

/** What a draft was asked for, as far as it is checked against it. */
export interface DraftContext {
  readonly word: Word;
  /** Whose language pair the draft is in. */
  readonly profile: Profile;
  /** The word's last dialogs, which the draft may not repeat. */
  readonly earlier: readonly Dialog[];
}

/** Bounds of a dialog that may be stored. */
export const TURN_LIMITS = { min: 2, max: 12, speakers: 2 } as const;

/**
 * Why a draft may not be stored, in words that a generator can act on, or null where it may: 2 to 12 turns, at
 * least two speakers, no empty text, a translation on every turn, and the word or a form of it in the text.
 */
export function draftFault(draft: Draft, { word }: DraftContext): string | null {
  const { turns } = draft;
  if (turns.length < TURN_LIMITS.min || turns.length > TURN_LIMITS.max) {
    return `the dialog has ${turns.length} turns; it must have ${TURN_LIMITS.min} to ${TURN_LIMITS.max}`;
  }
  if (turns.some((turn) => turn.speaker.trim() === '')) return 'a turn names no speaker';
  if (new Set(turns.map((turn) => turn.speaker)).size < TURN_LIMITS.speakers) {
    return `the dialog needs at least ${TURN_LIMITS.speakers} speakers`;
  }
  if (turns.some((turn) => turn.text.trim() === '')) return 'a turn has no text';
  if (turns.some((turn) => turn.translation.trim() === '')) return 'a turn has no translation';
  const spoken = folded(turns.map((turn) => turn.text).join('\n'));
  const forms = [word.text, ...(draft.forms ?? [])].map(folded).filter((form) => form !== '');
  if (!forms.some((form) => spoken.includes(form)))
    return `the word ${JSON.stringify(word.text)} is not in the text`;
  return null;
}

function folded(text: string): string {
  return text.normalize('NFKC').toLowerCase().trim();
}
