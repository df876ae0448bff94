import type { Clock } from '../ports/clock.ts';

/** If there are more keys, the key whose pause began first is forgotten. */
const MOST_KEYS = 10_000;

interface Pause {
  readonly state: string;
  readonly ms: number;
  readonly until: number;
}

/**
 * Keeps a pause for each key, which grows each time it begins again. A pause may be given a state of what it is for: it
 * holds only for the same state, and the first pause of another state has the first length.
 */
export class Backoff {
  readonly #clock: Clock;
  readonly #first: number;
  readonly #longest: number;
  readonly #pauses = new Map<string, Pause>();

  /** @param ms the first pause of a key, and the longest. Each pause is twice as long as the one before */
  constructor(clock: Clock, ms: { readonly first: number; readonly longest: number }) {
    this.#clock = clock;
    this.#first = ms.first;
    this.#longest = ms.longest;
  }

  /** Begins the next pause of the key. */
  begin(key: string, state = ''): void {
    const last = this.#pauses.get(key);
    const ms = last?.state !== state ? this.#first : Math.min(last.ms * 2, this.#longest);
    this.#pauses.delete(key);
    this.#pauses.set(key, { state, ms, until: this.#clock.monotonic() + ms });
    if (this.#pauses.size <= MOST_KEYS) return;
    for (const oldest of this.#pauses.keys()) {
      this.#pauses.delete(oldest);
      return;
    }
  }

  /** Whether a pause of the key is running, and was begun with the state. */
  isOn(key: string, state = ''): boolean {
    const pause = this.#pauses.get(key);
    return pause?.state === state && this.#clock.monotonic() < pause.until;
  }

  /** Ends the pause of the key. The next one has the first length again. */
  end(key: string): void {
    this.#pauses.delete(key);
  }
}
