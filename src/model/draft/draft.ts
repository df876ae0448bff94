import type { Dialog } from '../dialog.ts';
import type { Profile } from '../profile.ts';
import { hiddenCharacter, isVisible } from '../visible-text.ts';
import type { Word } from '../word.ts';
import { foldedText } from './folded-text.ts';
import { markupIn } from './markup.ts';
import { similarity } from './similarity.ts';
import { usesWord } from './word-use.ts';
import { isSameLanguage, mayBeWrittenIn } from './writing-system.ts';

/** One utterance as a generator wrote it. Generators give every turn a translation. */
interface DraftTurn {
  readonly speaker: string;
  readonly text: string;
  readonly translation: string;
}

/** A dialog as a generator wrote it, not yet checked or stored. */
export interface Draft {
  readonly turns: readonly DraftTurn[];
  /** Inflected forms of the word that the generator says it used, in case the word's own text does not appear. */
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
const TURN_LIMITS = { min: 2, max: 12, speakers: 2 } as const;

/** The most characters that each part of a turn may have; a translation may be longer than what it translates. */
const LENGTH_LIMITS = { speaker: 60, text: 600, translation: 1200 } as const;

/** Characters that no text has: control characters other than those of white space, and halves of characters. */
const BROKEN = /[^\P{Cc}\t\n\r]|\p{Cs}/u;
/** So long a turn is not a name, a number or an exclamation, which may be the same in both languages. */
const SENTENCE = 25;
/** From this similarity on, a dialog is an earlier one with a few words exchanged. */
const NEARLY_THE_SAME = 0.7;
/** So much of each dialog is compared. Those of other writers may be longer; no draft is. */
const LONGEST_COMPARED = 8_000;

/**
 * Why a draft may not be stored, in words that a generator can act on, or null if it may: 2 to 12 turns, at least two
 * speakers, a text and a translation of sensible length in every turn without markup and hidden characters, the word
 * or a named form of it in the text, both languages in a script of theirs, translations that translate, and a dialog
 * that the word has not had lately.
 */
export function draftFault(draft: Draft, context: DraftContext): string | null {
  return (
    countFault(draft.turns) ??
    draft.turns.map((turn, index) => turnFault(turn, index, context.word)).find((fault) => fault !== null) ??
    wordFault(draft, context.word) ??
    languageFault(draft.turns, context) ??
    repetitionFault(draft.turns, context)
  );
}

function countFault(turns: readonly DraftTurn[]): string | null {
  const { min, max, speakers } = TURN_LIMITS;
  if (turns.length < min || turns.length > max) {
    return `the dialog has ${turns.length} turns; it must have ${min} to ${max}`;
  }
  if (new Set(turns.map((turn) => turn.speaker.trim())).size < speakers) {
    return `the dialog needs at least ${speakers} speakers`;
  }
  return null;
}

function turnFault(turn: DraftTurn, index: number, word: Word): string | null {
  for (const part of ['speaker', 'text', 'translation'] as const) {
    const limit = LENGTH_LIMITS[part];
    const place = `the ${part} of turn ${index + 1}`;
    if (!isVisible(turn[part])) return `turn ${index + 1} has no ${part}`;
    if (turn[part].length > limit) return `${place} is longer than ${limit} characters`;
    if (BROKEN.test(turn[part])) return `${place} has characters that cannot be shown`;
    const hidden = hiddenCharacter(turn[part]);
    if (hidden !== null) return `${place} has the invisible character ${hidden}; it must have none`;
    const markup = markupIn(turn[part], word);
    if (markup !== null) return `${place} has markup (${markup}); it must be plain text`;
  }
  return null;
}

function wordFault({ turns, forms = [] }: Draft, word: Word): string | null {
  const texts = turns.map((turn) => turn.text);
  if (usesWord(texts, word.text, forms)) return null;
  return `the word ${JSON.stringify(word.text)} is not in the text, nor is a form of it that "forms" names`;
}

function languageFault(turns: readonly DraftTurn[], { word, profile }: DraftContext): string | null {
  const { targetLanguage, nativeLanguage } = profile;
  // The word itself may be long, in any script, and in both languages if it is quoted.
  const without = (text: string) => text.replaceAll(word.text, ' ');
  if (!mayBeWrittenIn(without(turns.map((turn) => turn.text).join('\n')), targetLanguage)) {
    return `the text is not written in the script of the language to learn`;
  }
  if (!mayBeWrittenIn(without(turns.map((turn) => turn.translation).join('\n')), nativeLanguage)) {
    return `the translations are not written in the script of the learner's language`;
  }
  if (isSameLanguage(targetLanguage, nativeLanguage)) return null;
  const copied = turns.filter((turn) => foldedText(turn.text) === foldedText(turn.translation));
  if (copied.length === turns.length || copied.some((turn) => without(turn.text).length > SENTENCE)) {
    return `translations only repeat the text; they must be in the learner's language`;
  }
  return null;
}

function repetitionFault(turns: readonly DraftTurn[], { word, earlier }: DraftContext): string | null {
  // The word is in all of its dialogs. A long one would make any two of them alike.
  const wording = (of: readonly { text: string }[]) => {
    const texts = of.map((turn) => turn.text.replaceAll(word.text, ' '));
    return texts.join('\n').slice(0, LONGEST_COMPARED);
  };
  const text = wording(turns);
  return earlier.some((dialog) => similarity(text, wording(dialog.turns)) >= NEARLY_THE_SAME)
    ? 'the dialog is nearly the same as an earlier one for this word'
    : null;
}
