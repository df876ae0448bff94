import {
  type DialogGenerator,
  type DialogRequest,
  GeneratorFailed,
  WordFailed,
} from '../../src/ports/generator.ts';

/** What the generator is to do with a word. */
export type Script = (request: DialogRequest) => 'write' | 'fail-word' | 'fail-generator';

/** A generator that follows a script and remembers what it was asked; each request counts as one paid call. */
export interface ScriptedGenerator extends DialogGenerator {
  readonly asked: DialogRequest[];
}

interface Setting {
  readonly concurrency?: number;
  /** Awaited in each request. */
  readonly turn?: () => Promise<void>;
  /** Those that it offers for each dialog. */
  readonly styles?: readonly string[];
  readonly versions?: DialogGenerator['versions'];
}

export function scriptedGenerator(
  script: Script = () => 'write',
  { concurrency = 4, turn = () => Promise.resolve(), styles = [], versions = ['scripted/v1'] }: Setting = {},
): ScriptedGenerator {
  const asked: DialogRequest[] = [];
  return {
    name: 'scripted',
    versions,
    concurrency,
    styles: () => styles,
    asked,
    async generate(request, { onCall, reserveCall }) {
      await reserveCall();
      asked.push(request);
      await turn();
      onCall({ inputTokens: 10, outputTokens: 20 });
      const what = script(request);
      if (what === 'fail-word') throw new WordFailed('The script refuses this word.');
      if (what === 'fail-generator') throw new GeneratorFailed('The script is over.');
      const { text } = request.word;
      return {
        turns: [
          { speaker: 'A', text: `${text}? (${request.number})`, translation: `Question ${request.number}` },
          { speaker: 'B', text: `${text}!`, translation: 'Answer' },
        ],
      };
    },
  };
}
