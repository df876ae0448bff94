import { Parser } from 'htmlparser2';

/** Tags that begin on a line of their own. */
const BLOCKS = new Set(
  'br div p li ul ol dl dt dd tr td th table hr h1 h2 h3 h4 h5 h6 blockquote section article'.split(' '),
);
/** Tags whose content is not shown, or is no part of the word: the readings of ruby. */
const HIDDEN = new Set(['script', 'style', 'template', 'head', 'rt', 'rp']);

/** A sound or a generated voice in a field of Anki. */
const SOUND = /\[(?:sound|\/?anki):[^\][]*\]/giu;

const KANJI = String.raw`\p{Script=Han}`;
const KANA = String.raw`\p{Script=Hiragana}\p{Script=Katakana}ー・`;
const READING = String.raw`\[[${KANA}]+\]`;
/** Readings in the notation of Anki's furigana: `学校[がっこう]`. Other brackets are not touched. */
const READINGS = new RegExp(`(?<=${KANJI})${READING}`, 'gu');
/** The blank that begins the kanji of a reading in the same notation: `お 母[かあ]さん`. */
const BLANKS_OF_READINGS = new RegExp(`(?<=[${KANJI}${KANA}\\]]) (?=${KANJI}+${READING})`, 'gu');

/** A cloze that contains no other one. It ends before the next begins, so that the search is linear. */
const CLOZE = /\{\{c[\d,]{1,20}::((?:(?!\{\{c[\d,]|\}\})[\s\S])*)\}\}/giu;
/** How deep Anki lets clozes be nested. */
const MAX_NESTED = 8;

/** The longest field that is read, in characters. A longer one is no word. */
const MAX_HTML = 20_000;
/** The most tags of a field that is read. When a tag ends, the parser looks for its beginning among all that are open. */
const MAX_TAGS = 1_000;

/**
 * The text that a field of Anki shows: without HTML, sounds, readings of kanji, clozes and their hints. A field that is too
 * long to be a word or its translation, or has more than 1,000 tags, is returned as it is.
 */
export function plainText(html: string): string {
  if (html.length > MAX_HTML || html.split('<', MAX_TAGS + 2).length > MAX_TAGS + 1) return html;
  const parts: string[] = [];
  let hidden = 0;
  const parser = new Parser({
    onopentagname(name) {
      if (HIDDEN.has(name)) hidden += 1;
      if (BLOCKS.has(name)) parts.push(' ');
    },
    ontext(text) {
      if (hidden === 0) parts.push(text);
    },
    onclosetag(name) {
      if (HIDDEN.has(name)) hidden = Math.max(0, hidden - 1);
      if (BLOCKS.has(name)) parts.push(' ');
    },
  });
  parser.end(html);
  const text = parts.join('').replaceAll(SOUND, ' ').replaceAll('\u00a0', ' ');
  const shown = withoutClozes(text).replace(/\s+/gu, ' ');
  return shown.replaceAll(BLANKS_OF_READINGS, '').replaceAll(READINGS, '').trim();
}

/** Replaces each cloze by what it hides: `{{c1::Madrid::a city}}` becomes `Madrid`. */
function withoutClozes(text: string): string {
  let shown = text;
  for (let depth = 0; depth < MAX_NESTED; depth += 1) {
    const next = shown.replace(CLOZE, (_, content: string) => content.split('::', 1).join(''));
    if (next === shown) break;
    shown = next;
  }
  return shown;
}
