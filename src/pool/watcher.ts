type Result = IteratorResult<void, undefined>;

/**
 * An iterator of notifications. It is no async generator: `return` of a generator would wait for the next notification,
 * so that the watcher of a client that has left would stay.
 */
export class Watcher implements AsyncIterableIterator<void, undefined> {
  readonly #onEnd: () => void;
  #hasChanged = true;
  #hasEnded = false;
  #waiting: ((result: Result) => void) | null = null;

  /** @param onEnd called once when the iterator ends, also if the client ends it */
  constructor(onEnd: () => void) {
    this.#onEnd = onEnd;
  }

  /** Makes the iterator yield once. */
  notify(): void {
    if (this.#waiting === null) this.#hasChanged = true;
    else this.#settle({ value: undefined, done: false });
  }

  /** Ends the iterator. A pending `next` resolves at once. */
  end(): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#settle({ value: undefined, done: true });
    this.#onEnd();
  }

  /** Resolves at the next notification. To be called again only after that. */
  next(): Promise<Result> {
    if (this.#hasEnded) return Promise.resolve({ value: undefined, done: true });
    if (this.#hasChanged) {
      this.#hasChanged = false;
      return Promise.resolve({ value: undefined, done: false });
    }
    return new Promise((resolve) => {
      this.#waiting = resolve;
    });
  }

  async return(): Promise<Result> {
    this.end();
    return { value: undefined, done: true };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #settle(result: Result): void {
    const waiting = this.#waiting;
    this.#waiting = null;
    waiting?.(result);
  }
}
