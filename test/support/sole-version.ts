import type { DialogGenerator } from '../../src/ports/generator.ts';
import type { PromptChoice } from '../../src/ports/prompt-choice.ts';

/** Has a generator write everything with its first version, for pools without an application around them. */
export function soleVersion({ versions: [version] }: DialogGenerator): PromptChoice {
  return { refresh: () => {}, draw: async () => ({ version, trial: null }) };
}
