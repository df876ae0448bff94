import type { PromptState } from '../model/prompt-state.ts';
import type { Clock, Random } from '../ports/clock.ts';
import { runWithoutCost } from '../ports/cost.ts';
import type { DialogGenerator } from '../ports/generator.ts';
import type { Log } from '../ports/log.ts';
import type { DrawnPrompt, PromptChoice } from '../ports/prompt-choice.ts';
import type { PromptStore } from '../ports/prompts.ts';
import { drawnPrompt } from './prompt-transitions.ts';

/** How long what was read is used. A promotion or a rollback is known to other processes after this time. */
const FRESH_MS = 30_000;

/** What choosing versions of the prompt depends on. */
export interface PromptChoiceDeps {
  readonly store: PromptStore;
  readonly generator: Pick<DialogGenerator, 'name' | 'versions'>;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
}

/** The state of the generator's prompt, as this process knows it. A generator with one version has nothing read. */
export class RememberedPrompt implements PromptChoice {
  readonly #deps: PromptChoiceDeps;
  #state: PromptState | null = null;
  /** When the last read began; null before the first. */
  #readAt: number | null = null;
  #reading: Promise<void> | null = null;
  /** How often `remember` was called. */
  #remembered = 0;

  constructor(deps: PromptChoiceDeps) {
    this.#deps = deps;
  }

  refresh(): void {
    const { generator, clock } = this.#deps;
    const isFresh = this.#readAt !== null && clock.monotonic() - this.#readAt < FRESH_MS;
    if (generator.versions.length === 1 || this.#reading !== null || isFresh) return;
    this.#readAt = clock.monotonic();
    this.#reading = runWithoutCost(() => this.#read()).finally(() => {
      this.#reading = null;
    });
  }

  async draw(): Promise<DrawnPrompt> {
    this.refresh();
    if (this.#reading !== null) await this.#reading;
    return drawnPrompt(this.#state, this.#deps.generator.versions, this.#deps.random);
  }

  /** Takes over a state that was just written or read. */
  remember(state: PromptState | null): void {
    this.#state = state;
    this.#readAt = this.#deps.clock.monotonic();
    this.#remembered += 1;
  }

  /** Never rejects. If the read fails, what was known before is used for a while. */
  async #read(): Promise<void> {
    const { store, generator, log } = this.#deps;
    const before = this.#remembered;
    try {
      const state = await store.promptState(generator.name);
      // What was remembered during the read is newer.
      if (before === this.#remembered) this.#state = state;
    } catch (err) {
      log.warn({ err }, 'the versions of the prompt could not be read');
    }
  }
}
