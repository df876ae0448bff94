import type { Profile } from '../model/profile.ts';
import { shuffle } from '../model/shuffle.ts';
import type { Word } from '../model/word.ts';
import type { Clock, Random } from '../ports/clock.ts';
import type { Store } from '../ports/store.ts';
import type { ChooseWord } from '../ports/word-choice.ts';
import type { Draw, DrawPosition, TaughtState } from '../ports/words.ts';
import type { Learner } from './learner.ts';
import { HASH, randomBetween, randomHash } from './random-id.ts';

/** How many words are drawn for each that is taken, if a profile's word order is `need`. */
const DRAWN_FOR_EACH = 4;
/** The most words of a state that are drawn at once. Reading twice as many long words takes 250 ms. */
const MOST_DRAWN = 1_000;

/** What a walk needs. */
interface WalkTools {
  readonly store: Store;
  readonly random: Random;
  readonly clock: Clock;
  readonly chooseWord: ChooseWord;
}

/**
 * Walks over all teaching and then all pending words of a profile (rule 4), each state in random order. The words of a
 * state form a ring in the order of their ids. The walk enters it at a random position and shuffles each batch that it
 * draws. It reads about as many words as it is asked for, and never the whole vocabulary (rule 5).
 *
 * If the profile's word order is `need`, the walk takes, of every four words of a state that it draws, the one that gains
 * most from practice. The other three come again after all words of the state have been drawn.
 *
 * A word that changes from one of the two states to the other may leave the one before it was drawn, and come to the other
 * after the walk has passed its place. So the walk looks for such words after it has drawn all others. It also finds words
 * that were added meanwhile.
 */
export class WordWalk {
  readonly #tools: WalkTools;
  readonly #profile: Pick<Profile, 'id' | 'wordOrder'>;
  readonly #learner: Promise<Pick<Learner, 'learning'>>;
  /** The ids of all words that were drawn. */
  readonly #seen = new Set<string>();
  #teaching: StateWalk;
  #pending: StateWalk;
  #looksAgain = false;

  /** @param learner read by the walk if the word order is `need` */
  constructor(
    tools: WalkTools,
    profile: Pick<Profile, 'id' | 'wordOrder'>,
    learner: Promise<Pick<Learner, 'learning'>>,
  ) {
    this.#tools = tools;
    this.#profile = profile;
    this.#learner = learner;
    this.#teaching = this.#enter('teaching');
    this.#pending = this.#enter('pending');
  }

  /** The next words, 1 to `most`, also if `most` is 0; empty after the last word. */
  async next(most: number): Promise<Word[]> {
    const choosing = this.#isByNeed ? this.#choice() : null;
    const [choose] = await Promise.all([choosing, this.drawAhead(most)]);
    // If every caller has withdrawn, none is wanted. The walk goes on nevertheless, because others may join.
    const limit = Math.max(1, most);
    const words = this.#teaching.take(limit, choose);
    if (this.#teaching.ended) words.push(...this.#pending.take(limit - words.length, choose));
    return words;
  }

  /** Draws what the next call of `next` needs, so that it does not have to wait for the store. */
  async drawAhead(most: number): Promise<void> {
    await this.#fill(most);
    if (this.#looksAgain || !this.#teaching.ended || !this.#pending.ended) return;
    this.#looksAgain = true;
    this.#teaching = this.#enter('teaching');
    this.#pending = this.#enter('pending');
    await this.#fill(most);
  }

  async #fill(most: number): Promise<void> {
    const limit = Math.max(1, most);
    const wanted = this.#isByNeed ? Math.min(limit * DRAWN_FOR_EACH, MOST_DRAWN) : limit;
    // Of the words that are drawn when it looks again, most have been seen.
    const drawn = this.#looksAgain ? MOST_DRAWN : wanted;
    // Most top-ups need words of both states. Drawing both at once saves a round trip.
    await Promise.all([this.#teaching.fill(drawn), this.#pending.fill(drawn)]);
  }

  get #isByNeed(): boolean {
    return this.#profile.wordOrder === 'need';
  }

  async #choice(): Promise<Choose> {
    const { clock, chooseWord } = this.#tools;
    const { learning } = await this.#learner;
    const now = clock.now();
    return (words) => chooseWord(words, learning, now);
  }

  #enter(state: TaughtState): StateWalk {
    const { store, random } = this.#tools;
    return new StateWalk(
      {
        draw: (from, limit) => store.drawWords(this.#profile.id, state, from, limit),
        lastId: () => store.lastWordId(this.#profile.id, state),
      },
      random,
      this.#seen,
    );
  }
}

type Choose = (words: readonly [Word, ...Word[]]) => Word;

interface Ring {
  draw(from: DrawPosition, limit: number): Promise<Draw>;
  lastId(): Promise<string | null>;
}

/** The words of one state, drawn in batches. */
class StateWalk {
  readonly #ring: Ring;
  readonly #random: Random;
  readonly #seen: Set<string>;
  /** Undefined before the first draw. */
  #next: DrawPosition | null | undefined;
  #drawn: Word[] = [];
  /** Words that were drawn and not taken. */
  #passedOver: Word[] = [];

  /** @param seen the ids of words that are left out; those that are drawn are added */
  constructor(ring: Ring, random: Random, seen: Set<string>) {
    this.#ring = ring;
    this.#random = random;
    this.#seen = seen;
  }

  get ended(): boolean {
    return this.#next === null && this.#drawn.length === 0 && this.#passedOver.length === 0;
  }

  /** Draws until there are words to take or every word has been drawn. */
  async fill(limit: number): Promise<void> {
    while (this.#drawn.length === 0 && this.#next !== null) {
      const from = this.#next;
      const draw = from === undefined ? this.#enter(limit) : this.#ring.draw(from, limit);
      const { words, next } = await draw;
      const unseen = words.filter(({ id }) => !this.#seen.has(id));
      for (const { id } of unseen) this.#seen.add(id);
      this.#drawn = shuffle(unseen, this.#random);
      this.#next = next;
    }
  }

  /**
   * Takes words that were drawn.
   * @param choose chooses one of four words; null takes each word in its turn
   */
  take(limit: number, choose: Choose | null): Word[] {
    if (choose === null) return this.#drawn.splice(0, limit);
    const taken: Word[] = [];
    while (taken.length < limit) {
      if (this.#drawn.length === 0 && this.#next === null) this.#drawn = this.#passedOver.splice(0);
      const [first, ...others] = this.#drawn.splice(0, DRAWN_FOR_EACH);
      if (first === undefined) break;
      const chosen = choose([first, ...others]);
      taken.push(chosen);
      this.#passedOver.push(...[first, ...others].filter((word) => word !== chosen));
    }
    return taken;
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
