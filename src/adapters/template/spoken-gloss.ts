import { MAX_TRANSLATION } from '../../model/text-fault.ts';
import { isVisible } from '../../model/visible-text.ts';

/** A longer gloss is an explanation and is not quoted in a sentence. In characters. */
const LONGEST_GLOSS = 60;

const OPENING = new Set('([{（［【〔〈');
const CLOSING = new Set(')]}）］】〕〉');
/** What stands between two senses: `to wait; to hope`, `to wait / to hope`, `1. to wait 2. to hope`. */
const BETWEEN_SENSES = /[;；|•\n\r\t]|\s[/／]\s|\s(?=\d{1,2}[.)]\s)/u;
const SENSE_NUMBER = /^\d{1,2}[.)]\s/u;
/** What is left of a list of which one part was a remark. */
const LOOSE_ENDS = /^[\s,:、，：]+|[\s,:、，：]+$/gu;

/**
 * The part of a translation that can be spoken within a sentence: its first sense without remarks in brackets.
 * `to wait; to hope` gives `to wait`, and `to miss (somebody)` gives `to miss`. Null if nothing is left or if the rest
 * is an explanation.
 */
export function spokenGloss(translation: string): string | null {
  // Only other writers store longer ones.
  if (translation.length > MAX_TRANSLATION) return null;
  for (const sense of withoutRemarks(translation).split(BETWEEN_SENSES)) {
    const gloss = sense.trim().replace(SENSE_NUMBER, '').replace(/\s+/gu, ' ').replace(LOOSE_ENDS, '');
    if (isVisible(gloss)) return gloss.length <= LONGEST_GLOSS ? gloss : null;
  }
  return null;
}

/** A bracket that is not closed hides the rest. A closing bracket without an opening one stays, as in `1) to wait`. */
function withoutRemarks(text: string): string {
  let depth = 0;
  let rest = '';
  for (const character of text) {
    if (OPENING.has(character)) depth++;
    else if (depth > 0 && CLOSING.has(character)) depth--;
    else if (depth === 0) rest += character;
  }
  return rest;
}
