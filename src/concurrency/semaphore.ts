/** Lets so many run at once; the others wait, and are let in in the order in which they came. */
export class Semaphore {
  readonly #waiting: (() => void)[] = [];
  #free: number;

  /** @param count at least 1 */
  constructor(count: number) {
    this.#free = count;
  }

  async take<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.#free > 0) this.#free -= 1;
    else await new Promise<void>((letIn) => this.#waiting.push(letIn));
    try {
      return await work();
    } finally {
      // The permit is handed on without becoming free, so that a caller that comes just now is not let in first.
      const letIn = this.#waiting.shift();
      if (letIn) letIn();
      else this.#free += 1;
    }
  }
}
