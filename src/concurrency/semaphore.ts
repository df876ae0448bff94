/** Limits how many tasks run at once. The others wait and start in the order of their arrival. */
export class Semaphore {
  readonly #waiting: (() => void)[] = [];
  #free: number;

  /** @param count how many tasks may run at once, at least 1 */
  constructor(count: number) {
    this.#free = count;
  }

  /** Runs a task when a permit is free. @returns the result of the task */
  async take<Result>(task: () => Promise<Result>): Promise<Result> {
    if (this.#free > 0) this.#free -= 1;
    else await new Promise<void>((start) => this.#waiting.push(start));
    try {
      return await task();
    } finally {
      // The permit is passed on without becoming free, so that a new caller does not overtake those that wait.
      const start = this.#waiting.shift();
      if (start) start();
      else this.#free += 1;
    }
  }
}
