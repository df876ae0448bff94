import type { Clock } from '../ports/clock.ts';

/** More keys than this are not remembered: the one that began its pause first is forgotten. */
const MOST_KEYS = 10_000;

interface Pause {
  readonly ms: number;
  readonly until: number;
}

/** Until when something is to be left alone, by its key. */
export class Backoff {
  readonly #clock: Clock;
  readonly #first: number;
  readonly #longest: number;
  readonly #pauses = new Map<string, Pause>();

  /** @param ms the first pause of a key, and the longest that the following ones grow to, each twice the last */
  constructor(clock: Clock, ms: { readonly first: number; readonly longest: number }) {
    this.#clock = clock;
    this.#first = ms.first;
    this.#longest = ms.longest;
  }

  begin(key: string): void {
    const last = this.#pauses.get(key);
    const ms = last === undefined ? this.#first : Math.min(last.ms * 2, this.#longest);
    this.#pauses.delete(key);
    this.#pauses.set(key, { ms, until: this.#clock.monotonic() + ms });
    if (this.#pauses.size <= MOST_KEYS) return;
    for (const oldest of this.#pauses.keys()) {
      this.#pauses.delete(oldest);
      return;
    }
  }

  /** Whether the key is to be left alone now. */
  isOn(key: string): boolean {
    const pause = this.#pauses.get(key);
    return pause !== undefined && this.#clock.monotonic() < pause.until;
  }

  /** Ends the key's pause; its next one is a first one. */
  end(key: string): void {
    this.#pauses.delete(key);
  }
}
