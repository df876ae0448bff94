import type { DialogGenerator } from '../../src/ports/generator.ts';

/** A sentence that is in every dialog, twice. */
export const GREETING = '¡Hola!';

/** A sentence that only the dialogs of this word have. */
export function question(word: string): string {
  return `¿Qué significa «${word}»?`;
}

/** The distinct sentences of the dialogs of `teaching 0` and so on, up to this many words, sorted. */
export function sentences(words: number): string[] {
  return [GREETING, ...Array.from({ length: words }, (_, i) => question(`teaching ${i}`))].sort();
}

/** Writes dialogs of three turns: the greeting, the question, the greeting. */
export const talkGenerator: DialogGenerator = {
  name: 'talk/v1',
  versions: ['talk/v1'],
  concurrency: 4,
  styles: () => [],
  async generate({ word }) {
    return {
      turns: [
        { speaker: 'A', text: GREETING, translation: 'Hello!' },
        { speaker: 'B', text: question(word.text), translation: `What does «${word.text}» mean?` },
        { speaker: 'A', text: GREETING, translation: 'Hello!' },
      ],
    };
  },
};
