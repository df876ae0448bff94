import type { Dialog } from '../dialog.ts';
import type { Profile } from '../profile.ts';
import { hiddenCharacter, isVisible } from '../visible-text.ts';
import type { Word } from '../word.ts';
import type { Draft, DraftTurn } from './draft.ts';
import { foldedText } from './folded-text.ts';
import { markupIn } from './markup.ts';
import { similarity } from './similarity.ts';
import { usesWord } from './word-use.ts';
import { isSameLanguage, mayBeWrittenIn } from './writing-system.ts';

/** The parts of a request that a draft is checked against. */
export interface DraftContext {
  readonly word: Word;
  /** Its language pair is the one that the draft must be in. */
  readonly profile: Profile;
  /** The word's last dialogs, which the draft may not repeat. */
  readonly earlier: readonly Dialog[];
}

/** Bounds of a dialog that may be stored. */
const TURN_LIMITS = { min: 2, max: 12, speakers: 2 } as const;

/** The most characters of each part of a turn. A translation may be longer than its text. */
const LENGTH_LIMITS = { speaker: 60, text: 600, translation: 1200 } as const;

/** Characters that cannot be shown: control characters other than white space, and lone surrogates. */
const BROKEN = /[^\P{Cc}\t\n\r]|\p{Cs}/u;
/**
 * A turn of more characters is a sentence. A shorter one may be a name, a number or an exclamation, which may be the
 * same in both languages.
 */
const LONGEST_EXCLAMATION = 25;
/** With at least this similarity, a dialog is an earlier one with a few words replaced. */
const NEARLY_THE_SAME = 0.7;
/** Only this many characters of each dialog are compared. Dialogs of other writers may be longer, drafts are not. */
const LONGEST_COMPARED = 8_000;

/**
 * Checks whether a draft may be stored:
 * - It has 2 to 12 turns and at least two speakers.
 * - Every turn has a speaker, a text and a translation of limited length, without HTML and hidden characters.
 * - The text has the word, or a form of it that the draft names.
 * - Text and translations are in a script of their language, and translations do not repeat the text.
 * - It is not nearly the same as one of the word's last dialogs.
 * @returns the first fault, in words that a generator can act on; null if there is none
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
  // The word may be long and in any script, and if it is quoted, it is in both languages.
  const without = (text: string) => text.replaceAll(word.text, ' ');
  if (!mayBeWrittenIn(without(turns.map((turn) => turn.text).join('\n')), targetLanguage)) {
    return `the text is not written in the script of the language to learn`;
  }
  if (!mayBeWrittenIn(without(turns.map((turn) => turn.translation).join('\n')), nativeLanguage)) {
    return `the translations are not written in the script of the learner's language`;
  }
  if (isSameLanguage(targetLanguage, nativeLanguage)) return null;
  const copied = turns.filter((turn) => foldedText(turn.text) === foldedText(turn.translation));
  if (
    copied.length === turns.length ||
    copied.some((turn) => without(turn.text).length > LONGEST_EXCLAMATION)
  ) {
    return `translations only repeat the text; they must be in the learner's language`;
  }
  return null;
}

function repetitionFault(turns: readonly DraftTurn[], { word, earlier }: DraftContext): string | null {
  // All dialogs of a word have the word. A long word would make any two of them similar.
  const wording = (of: readonly { text: string }[]) => {
    const texts = of.map((turn) => turn.text.replaceAll(word.text, ' '));
    return texts.join('\n').slice(0, LONGEST_COMPARED);
  };
  const text = wording(turns);
  return earlier.some((dialog) => similarity(text, wording(dialog.turns)) >= NEARLY_THE_SAME)
    ? 'the dialog is nearly the same as an earlier one for this word'
    : null;
}
