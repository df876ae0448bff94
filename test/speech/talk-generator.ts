import type { DialogGenerator } from '../../src/ports/generator.ts';

/** Said in every dialog. */
export const GREETING = '¡Hola!';

/** The sentence that only the dialog of this word has. */
export function question(word: string): string {
  return `¿Qué significa «${word}»?`;
}

/** Writes dialogs of three turns in which the first and the last say the same, as they do in every dialog. */
export const talkGenerator: DialogGenerator = {
  name: 'talk/v1',
  concurrency: 4,
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
