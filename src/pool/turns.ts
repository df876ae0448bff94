/**
 * Lets the top-ups of one profile in this process take turns, so that one of them at a time contends for the
 * store's lease and the others do not have to ask for it again and again.
 */
export class Turns {
  readonly #last = new Map<string, Promise<unknown>>();

  /** Runs `work` after those called before it for the same key; tells it whether it had to wait. */
  async take<Result>(key: string, work: (waited: boolean) => Promise<Result>): Promise<Result> {
    const before = this.#last.get(key);
    const turn = before === undefined ? work(false) : before.then(() => work(true));
    const settled = turn.then(
      () => undefined,
      () => undefined,
    );
    this.#last.set(key, settled);
    try {
      return await turn;
    } finally {
      if (this.#last.get(key) === settled) this.#last.delete(key);
    }
  }

  /** Resolves when all turns taken so far have ended. */
  async idle(): Promise<void> {
    await Promise.all(this.#last.values());
  }
}
