/**
 * Limits how many tasks run at once. The keys of waiting tasks take turns, so that a key with a thousand waiting tasks
 * delays a task of another key by at most one task per key.
 */
export class FairQueue {
  readonly #width: () => number;
  /** The waiting tasks of each key. The key whose turn is next comes first. */
  readonly #waiting = new Map<string, (() => void)[]>();
  #running = 0;

  /** @param width how many tasks may run at once; called whenever a task arrives or ends */
  constructor(width: () => number) {
    this.#width = width;
  }

  /** Runs the task when it is its turn. @returns the result of the task */
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
