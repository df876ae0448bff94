import type { DialogTrial } from '../model/trial.ts';

/** The version of the prompt that is to write a dialog. */
export interface DrawnPrompt {
  /** One of the generator's `versions`. */
  readonly version: string;
  /** The trial that the dialog belongs to. Null if none is running. */
  readonly trial: DialogTrial | null;
}

/** Chooses versions of the prompt, as trials and champions have it. */
export interface PromptChoice {
  /**
   * Reads the champion and the trial from the store, unless they were read a short time ago. Returns at once. To be called
   * when a top-up begins, so that the read is done by the time of the first draw.
   */
  refresh(): void;
  /**
   * Draws a version for one dialog. The draw depends neither on the learner nor on the word. Waits for a read that is
   * under way. If nothing could be read yet, it is the generator's first version. Never rejects.
   */
  draw(): Promise<DrawnPrompt>;
}
