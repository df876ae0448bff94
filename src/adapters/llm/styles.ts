import { createHash } from 'node:crypto';
import { type StyleChoices, type StyleDimension, styleFeatures, styleText } from '../../model/style.ts';
import type { StyleRequest } from '../../ports/generator.ts';

/** What the prompt says of each choice; null for nothing. Nothing in these lists comes from a client. */
const RULES = {
  scene: {
    shop: 'The situation: shopping, in a shop or at a market.',
    restaurant: 'The situation: ordering, eating or paying in a café or a restaurant.',
    travel: 'The situation: travelling, for example at a station, at an airport, in a hotel or on the way.',
    home: 'The situation: at home, with family, flatmates or neighbours.',
    work: 'The situation: at work, with colleagues or customers.',
    school: 'The situation: at a school, in a course or at a university.',
    health: "The situation: health, for example at a doctor's, in a pharmacy or at sport.",
    leisure: 'The situation: free time, for example plans with friends, a hobby, music or a film.',
  },
  register: {
    informal: 'The speakers know each other well and talk informally.',
    neutral: 'The speakers talk in a neutral, everyday way.',
    formal: 'The speakers do not know each other and talk politely and formally.',
  },
  length: { short: '3 or 4', medium: '5 or 6', long: '7 or 8' },
  known: {
    most: 'Apart from the word to learn and the most basic words, use only words from the list of known words, in any form.',
    some: 'Use several words from the list of known words, in any form.',
    free: null,
  },
} as const satisfies Record<StyleDimension, Readonly<Record<string, string | null>>>;

/** With fewer known words, a dialog cannot be built from them. */
const FEWEST_KNOWN = 20;
/** How many known words are named in a prompt. */
const NAMED_KNOWN = 40;

/** All combinations of a scene, a register and a length, and of a share of known words if enough are known. */
export function stylesFor({ known }: Pick<StyleRequest, 'known'>): string[] {
  const shares = known.length < FEWEST_KNOWN ? ['free'] : Object.keys(RULES.known);
  return Object.keys(RULES.scene).flatMap((scene) =>
    Object.keys(RULES.register).flatMap((register) =>
      Object.keys(RULES.length).flatMap((length) =>
        shares.map((share) => styleText({ scene, register, length, known: share })),
      ),
    ),
  );
}

/** What a style asks of a dialog. */
export interface StyleRules {
  /** How many turns the dialog has, in words for the prompt. */
  readonly turns: string;
  /** Sentences for the prompt. */
  readonly sentences: readonly string[];
  readonly needsKnown: boolean;
}

/** @param style one of `stylesFor`; null for none. A choice that is not in the lists asks for nothing. */
export function rulesOf(style: string | null): StyleRules {
  const choices = choicesOf(style ?? '');
  const rule = (dimension: StyleDimension): string | null => {
    const rules: Readonly<Record<string, string | null>> = RULES[dimension];
    const choice = choices[dimension] ?? '';
    return Object.hasOwn(rules, choice) ? (rules[choice] ?? null) : null;
  };
  const known = rule('known');
  const sentences = [rule('scene'), rule('register'), known].filter((sentence) => sentence !== null);
  return { turns: rule('length') ?? '4 to 8', sentences, needsKnown: known !== null };
}

/** The known words that a prompt names: others for each word to learn, so that not always the same come back. */
export function namedKnown(known: readonly string[], wordId: string): string[] {
  const start = createHash('sha256').update(wordId).digest().readUInt32BE() % Math.max(1, known.length);
  return [...known.slice(start), ...known.slice(0, start)].slice(0, NAMED_KNOWN);
}

function choicesOf(style: string): StyleChoices {
  return Object.fromEntries(styleFeatures(style).map((feature) => feature.split(':')));
}
