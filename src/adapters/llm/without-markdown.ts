import type { Draft, DraftTurn } from '../../model/draft/draft.ts';
import type { Word } from '../../model/word.ts';

/** A character beside which a mark is no emphasis: `f**k`, `snake__case`, a backquote as an apostrophe (`` l`eau ``). */
const INSIDE = '[\\p{Script=Latin}\\p{Script=Cyrillic}\\p{Script=Greek}\\p{N}*_`]';
/** Emphasis and code. A blank to fill in (`__`) does not begin with a letter, a digit or an opening mark. */
const EMPHASIS = new RegExp(
  `(?<!${INSIDE})(\\*{2,3}|__|\`{1,3})(?=[\\p{L}\\p{N}\\p{Ps}\\p{Pi}"'¿¡])([^*_\`\\n]+)(?<=\\S)\\1(?!${INSIDE})`,
  'gu',
);
/** A part of a word in bold, as in `zwei **Hund**e`. */
const BOLD_PART = /\*\*([\p{L}\p{M}]+)\*\*/gu;
const LINK = /\[([^[\]\n]+)\]\(https?:[^()\s[\]]*\)/giu;
const HEADING = /^#{1,6}[ \t]+(?=\S)/gmu;
/** What may also be part of a word or its translation. */
const MARK = /\*\*|__|`|\]\(|^#/mu;

/**
 * A draft without the Markdown that models put into dialogs although they are asked for plain text: bold, code, links
 * and headings. What cannot be told from ordinary characters stays, such as `*` and `_`. If the word or its translation
 * has a mark of Markdown, all marks stay. The time is linear in the length of the texts.
 */
export function withoutMarkdown(draft: Draft, { text: word, translation }: Word): Draft {
  if (MARK.test(word) || MARK.test(translation ?? '')) return draft;
  return { ...draft, turns: draft.turns.map(plainTurn) };
}

function plainTurn({ speaker, text, translation }: DraftTurn): DraftTurn {
  return { speaker: plainText(speaker), text: plainText(text), translation: plainText(translation) };
}

function plainText(text: string): string {
  return text.replace(HEADING, '').replace(LINK, '$1').replace(EMPHASIS, '$2').replace(BOLD_PART, '$1');
}
