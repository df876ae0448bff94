import { WaitingSteps } from './waiting-steps.ts';

/**
 * Limits how many tasks run at once. The groups of waiting tasks take turns, so that a group with a thousand waiting tasks
 * delays a task of another group by at most one task per group. The tasks of a group start in the order of the calls.
 */
export class FairQueue {
  readonly #width: () => number;
  readonly #waiting = new WaitingSteps();
  #running = 0;

  /** @param width how many tasks may run at once; called whenever a task arrives or ends */
  constructor(width: () => number) {
    this.#width = width;
  }

  /**
   * Runs the task when it is its turn.
   * @param path the group that the task belongs to, the group in it, and so on
   * @returns the result of the task
   */
  async run<Result>(path: readonly unknown[], task: () => Promise<Result>): Promise<Result> {
    await new Promise<void>((start) => {
      this.#waiting.add(path, start);
      this.#startNext();
    });
    try {
      return await task();
    } finally {
      this.#running -= 1;
      this.#startNext();
    }
  }

  #startNext(): void {
    while (this.#running < this.#width()) {
      const start = this.#waiting.take();
      if (start === undefined) return;
      this.#running += 1;
      start();
    }
  }
}
