import { shuffle } from '../model/shuffle.ts';
import type { Word } from '../model/word.ts';
import type { Random } from '../ports/clock.ts';
import type { Store } from '../ports/store.ts';
import type { Draw, DrawPosition, TaughtState } from '../ports/words.ts';

/**
 * Walks over all teaching and then all pending words of a profile (rule 4), each state in random order: the walk
 * enters the ring of a state at a random place, and what is drawn at a time is shuffled. It reads as many words
 * as are asked for and never the vocabulary (rule 5).
 */
export class WordWalk {
  readonly #store: Store;
  readonly #profileId: string;
  readonly #random: Random;
  readonly #teaching: StateWalk;
  readonly #pending: StateWalk;

  constructor(store: Store, profileId: string, random: Random) {
    this.#store = store;
    this.#profileId = profileId;
    this.#random = random;
    this.#teaching = this.#enter('teaching');
    this.#pending = this.#enter('pending');
  }

  /** The next words, at most `limit` and at least one; none when all have been walked over. */
  async next(limit: number): Promise<Word[]> {
    // Both at once: most top-ups need words of both states, and waiting for one to see would cost a round trip.
    await Promise.all([this.#teaching.fill(limit), this.#pending.fill(limit)]);
    const words = this.#teaching.take(limit);
    if (this.#teaching.ended) words.push(...this.#pending.take(limit - words.length));
    return words;
  }

  #enter(state: TaughtState): StateWalk {
    const start: DrawPosition = { start: randomStart(this.#random), after: null, wrapped: false };
    return new StateWalk(
      (from, limit) => this.#store.drawWords(this.#profileId, state, from, limit),
      start,
      this.#random,
    );
  }
}

/** The words of one state, drawn as they are needed. */
class StateWalk {
  readonly #draw: (from: DrawPosition, limit: number) => Promise<Draw>;
  readonly #random: Random;
  #next: DrawPosition | null;
  #drawn: Word[] = [];

  constructor(
    draw: (from: DrawPosition, limit: number) => Promise<Draw>,
    start: DrawPosition,
    random: Random,
  ) {
    this.#draw = draw;
    this.#next = start;
    this.#random = random;
  }

  get ended(): boolean {
    return this.#next === null && this.#drawn.length === 0;
  }

  /** Draws until there are words to take or the ring has ended. */
  async fill(limit: number): Promise<void> {
    while (this.#drawn.length === 0 && this.#next !== null) {
      const { words, next } = await this.#draw(this.#next, limit);
      this.#drawn = shuffle(words, this.#random);
      this.#next = next;
    }
  }

  take(limit: number): Word[] {
    return this.#drawn.splice(0, limit);
  }
}

/** A random place on the ring of ids: they are hexadecimal digits, and so are UUIDs of other writers. */
function randomStart(random: Random): string {
  return Math.floor(random() * 0x1_0000_0000)
    .toString(16)
    .padStart(8, '0');
}
