import { shuffle } from '../../src/model/shuffle.ts';
import type { Random } from '../../src/ports/clock.ts';
import type { CourseState } from '../support/filled-course.ts';

/** A word as the older algorithms see it. */
export interface OlderWord {
  readonly state: keyof CourseState;
  hasUnusedDialog: boolean;
}

/** Tops a pool up as it was once done, and returns the words that the caller is told of. */
export type OlderAlgorithm = (pool: OlderPool, min: number) => readonly OlderWord[];

/** A pool that counts what an algorithm asks of the store and of the generator, which never fails. */
export class OlderPool {
  storeCalls = 0;
  paidCalls = 0;
  readonly #words: readonly OlderWord[];
  readonly #random: Random;

  constructor({ teaching, pending, learned }: CourseState, random: Random) {
    const wordsOf = (state: keyof CourseState, has: readonly boolean[]) =>
      has.map((hasUnusedDialog): OlderWord => ({ state, hasUnusedDialog }));
    this.#words = [
      ...wordsOf('teaching', teaching),
      ...wordsOf('pending', pending),
      ...wordsOf('learned', learned),
    ];
    this.#random = random;
  }

  unusedTotal(): number {
    this.storeCalls += 1;
    return this.#words.filter((word) => word.hasUnusedDialog).length;
  }

  shuffledWords(state: keyof CourseState): OlderWord[] {
    this.storeCalls += 1;
    return shuffle(
      this.#words.filter((word) => word.state === state),
      this.#random,
    );
  }

  /** A dialog for each word that has none, and the words that got one: one existence query a word. */
  createWhereMissing(words: readonly OlderWord[]): OlderWord[] {
    this.storeCalls += words.length;
    const without = words.filter((word) => !word.hasUnusedDialog);
    for (const word of without) {
      this.paidCalls += 1;
      this.storeCalls += 1;
      word.hasUnusedDialog = true;
    }
    return without;
  }
}

/** What a top-up must do at a pool: the unused dialogs that there are, that there will be, and the calls to pay for. */
export function owed({ teaching, pending, learned }: CourseState, min: number) {
  const before = [...teaching, ...pending, ...learned].filter(Boolean).length;
  const eligible = [...teaching, ...pending].filter((hasUnusedDialog) => !hasUnusedDialog).length;
  const unusedTotal = Math.max(before, Math.min(min, before + eligible));
  return { before, unusedTotal, calls: unusedTotal - before };
}
