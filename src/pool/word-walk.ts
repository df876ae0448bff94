import { shuffle } from '../model/shuffle.ts';
import type { Word } from '../model/word.ts';
import type { Random } from '../ports/clock.ts';
import type { Store } from '../ports/store.ts';
import type { Draw, DrawPosition, TaughtState } from '../ports/words.ts';
import { HASH, randomBetween, randomHash } from './random-id.ts';

/**
 * Walks over all teaching and then all pending words of a profile (rule 4), each state in random order. The words of a
 * state form a ring in the order of their ids. The walk enters it at a random position and shuffles each batch that it
 * draws. It reads about as many words as it is asked for, and never the whole vocabulary (rule 5).
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

  /** The next words, 1 to `most`, also if `most` is 0; empty after the last word. */
  async next(most: number): Promise<Word[]> {
    // If every caller has withdrawn, none is wanted. The walk goes on nevertheless, because others may join.
    const limit = Math.max(1, most);
    // Most top-ups need words of both states. Drawing both at once saves a round trip.
    await Promise.all([this.#teaching.fill(limit), this.#pending.fill(limit)]);
    const words = this.#teaching.take(limit);
    if (this.#teaching.ended) words.push(...this.#pending.take(limit - words.length));
    return words;
  }

  #enter(state: TaughtState): StateWalk {
    return new StateWalk(
      {
        draw: (from, limit) => this.#store.drawWords(this.#profileId, state, from, limit),
        lastId: () => this.#store.lastWordId(this.#profileId, state),
      },
      this.#random,
    );
  }
}

interface Ring {
  draw(from: DrawPosition, limit: number): Promise<Draw>;
  lastId(): Promise<string | null>;
}

/** The words of one state, drawn in batches. */
class StateWalk {
  readonly #ring: Ring;
  readonly #random: Random;
  /** Undefined before the first draw. */
  #next: DrawPosition | null | undefined;
  #drawn: Word[] = [];

  constructor(ring: Ring, random: Random) {
    this.#ring = ring;
    this.#random = random;
  }

  get ended(): boolean {
    return this.#next === null && this.#drawn.length === 0;
  }

  /** Draws until there are words to take or every word has been drawn. */
  async fill(limit: number): Promise<void> {
    while (this.#drawn.length === 0 && this.#next !== null) {
      const from = this.#next;
      const draw = from === undefined ? this.#enter(limit) : this.#ring.draw(from, limit);
      const { words, next } = await draw;
      this.#drawn = shuffle(words, this.#random);
      this.#next = next;
    }
  }

  take(limit: number): Word[] {
    return this.#drawn.splice(0, limit);
  }

  /** Draws the first batch, from a random position. */
  async #enter(limit: number): Promise<Draw> {
    const draw = await this.#ring.draw(placeAt(randomHash(this.#random)), limit);
    const first = draw.words[0]?.id;
    // The batch holds all words, and it is shuffled.
    if (draw.next === null || first === undefined) return draw;
    if (HASH.test(first)) return draw;
    // The ids are not hashes, so the position was not a random one among them.
    const last = await this.#ring.lastId();
    if (last === null) return draw;
    return this.#ring.draw(placeAt(randomBetween(first, last, this.#random)), limit);
  }
}

function placeAt(start: string): DrawPosition {
  return { start, after: null, wrapped: false };
}
