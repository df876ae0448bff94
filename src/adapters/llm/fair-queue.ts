/**
 * Lets a few tasks run at once and the others wait. Whose turn it is goes round by key, not by age: a key with a
 * thousand tasks waiting delays another's by no more than one task for each key.
 */
export class FairQueue {
  readonly #width: () => number;
  /** In the order of their next turns. */
  readonly #waiting = new Map<string, (() => void)[]>();
  #running = 0;

  /** @param width how many tasks may run at once just now; asked whenever one arrives or ends */
  constructor(width: () => number) {
    this.#width = width;
  }

  /** Runs the task when it is its turn, and settles as it does. */
  async run<Result>(key: string, task: () => Promise<Result>): Promise<Result> {
    await new Promise<void>((start) => {
      const waiting = this.#waiting.get(key);
      if (waiting === undefined) this.#waiting.set(key, [start]);
      else waiting.push(start);
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
      const [next] = this.#waiting;
      if (next === undefined) return;
      const [key, [start, ...others]] = next;
      this.#waiting.delete(key);
      if (others.length > 0) this.#waiting.set(key, others);
      this.#running += 1;
      start?.();
    }
  }
}
