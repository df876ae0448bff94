import type { Dialog } from '../../model/dialog.ts';
import type { DialogRequest } from '../../ports/generator.ts';
import { instructionsOf } from './instructions.ts';
import { namedKnown, rulesOf } from './styles.ts';

/** Earlier dialogs are cut to this many characters. Only dialogs of other writers can be longer. */
const LONGEST_EARLIER = 8_000;
/** The same for dialogs that the learner liked or did not like. */
const LONGEST_EXAMPLE = 2_000;

/** The messages to the model, in the two roles that every chat endpoint supports. */
interface Prompt {
  readonly system: string;
  readonly user: string;
}

/**
 * The request for one dialog. The system message has only the task. The user message has everything that clients typed
 * or models wrote, verbatim between fences, and also the tag of a language that has no name in the list. Only the JSON
 * of the answer is read, so an instruction hidden in a word can at worst spoil the dialog of that word.
 */
export function dialogPrompt(request: DialogRequest): Prompt {
  const { profile, word, earlier, version, style, known, liked, disliked } = request;
  const rules = rulesOf(style);
  const targetLanguage = languageOf(profile.targetLanguage);
  const nativeLanguage = languageOf(profile.nativeLanguage);
  const target = targetLanguage.name ?? 'the language to learn';
  const native = nativeLanguage.name ?? "the learner's language";
  const system = instructionsOf(version, { target, native, level: profile.level }, rules);
  const parts = [`The word to learn:\n${fenced(word.text)}`];
  if (word.translation !== null) parts.push(`Its translation:\n${fenced(word.translation)}`);
  if (targetLanguage.name === null)
    parts.push(`Tag of the language to learn:\n${fenced(targetLanguage.tag)}`);
  if (nativeLanguage.name === null)
    parts.push(`Tag of the learner's language:\n${fenced(nativeLanguage.tag)}`);
  for (const dialog of earlier)
    parts.push(`An earlier dialog with it:\n${fenced(lines(dialog, LONGEST_EARLIER))}`);
  for (const dialog of liked)
    parts.push(`A dialog that the learner liked:\n${fenced(lines(dialog, LONGEST_EXAMPLE))}`);
  for (const dialog of disliked)
    parts.push(`A dialog that the learner did not like:\n${fenced(lines(dialog, LONGEST_EXAMPLE))}`);
  if (rules.needsKnown) parts.push(`Known words:\n${fenced(namedKnown(known, word.id).join('\n'))}`);
  return { system, user: parts.join('\n\n') };
}

/** The request to write a dialog again, after an answer that cannot be used for this reason. */
export function repairPrompt(reason: string): string {
  return `Your answer cannot be used. The reason:
${fenced(reason)}
Write the whole dialog again by the same rules and answer with the JSON object alone.`;
}

function lines({ turns }: Dialog, longest: number): string {
  const whole = turns.map((turn) => `${turn.speaker}: ${turn.text}`).join('\n');
  return whole.slice(0, longest);
}

/** The text between two lines of backquotes. They are longer than any run of backquotes in the text. */
function fenced(text: string): string {
  const longest = Math.max(2, ...(text.match(/`+/g) ?? []).map((run) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}\n${text}\n${fence}`;
}

/** What a tag says by its language, script and region. Its other parts may be any text and are not used. */
interface NamedLanguage {
  /**
   * The name in the list of languages with the known part of the tag, such as `German (de)`; null if it has no name.
   */
  readonly name: string | null;
  /**
   * The language, script and region. If the tag is not well formed, as other writers may have stored it, the whole
   * text.
   */
  readonly tag: string;
}

function languageOf(tag: string): NamedLanguage {
  const names = new Intl.DisplayNames('en', { type: 'language', fallback: 'none' });
  try {
    const { language, script, region } = new Intl.Locale(tag);
    const plain = [language, script, region].filter((part) => part !== undefined).join('-');
    const known = [plain, language].find((part) => names.of(part) !== undefined);
    return { name: known === undefined ? null : `${names.of(known)} (${known})`, tag: plain };
  } catch {
    return { name: null, tag };
  }
}
