/** Limits how much each caller has under way at once. A caller that has nothing under way takes no memory. */
export class CallerLimit {
  readonly #most: number;
  /** How much each caller has under way, at least 1. */
  readonly #counts = new Map<string, number>();

  /** @param most how much one caller may have under way, at least 1 */
  constructor(most: number) {
    this.#most = most;
  }

  /**
   * Takes one place of a caller; null is no caller in particular and has any number.
   * @returns gives the place back, and is to be called once; null if the caller has none left
   */
  take(caller: string | null): (() => void) | null {
    if (caller === null) return () => undefined;
    const taken = this.#counts.get(caller) ?? 0;
    if (taken >= this.#most) return null;
    this.#counts.set(caller, taken + 1);
    return () => this.#giveBack(caller);
  }

  #giveBack(caller: string): void {
    const left = (this.#counts.get(caller) ?? 0) - 1;
    if (left > 0) this.#counts.set(caller, left);
    else this.#counts.delete(caller);
  }
}
