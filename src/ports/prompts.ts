import type { PromptState } from '../model/prompt-state.ts';

/** Stores which versions of prompts write dialogs. `Store` says what holds for every method. */
export interface PromptStore {
  /**
   * The state of the prompt of a model. Null before its first change.
   * @param model the name of the generator
   */
  promptState(model: string): Promise<PromptState | null>;
  /**
   * Replaces the state of the prompt of a model. If another caller changes it at the same time, `change` is called again
   * with the newer one, until one replacement succeeds.
   * @param change pure; null leaves the state as it is
   * @returns the state as it is then
   */
  editPromptState(
    model: string,
    change: (state: PromptState | null) => PromptState | null,
  ): Promise<PromptState | null>;
}
