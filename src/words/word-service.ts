import { laterTurn, nextTurn } from '../concurrency/fair-turns.ts';
import { newDialogSeries, type Word, type WordState, wordId } from '../model/word.ts';
import type { Clock, NewId } from '../ports/clock.ts';
import type { Events } from '../ports/events.ts';
import type { WordStore } from '../ports/words.ts';

/** A word to add. Its fields have been checked against their limits. */
export interface NewWord {
  readonly text: string;
  readonly translation?: string | null | undefined;
  /** `pending` if it is null or left out. */
  readonly state?: WordState | null | undefined;
}

/** The words of an `addWords` call, each list in the order given. */
export interface AddedWords {
  readonly added: readonly Word[];
  /** Words that the profile already had. They are unchanged. */
  readonly existing: readonly Word[];
}

/** Adds, changes and removes the words of profiles. Every method can also throw StoreUnavailable. */
export interface WordService {
  /**
   * Adds up to 1,000 words. Texts with the same `wordKey` are one word: the first of them is added.
   * @throws {ProfileNotFound} and adds nothing
   */
  addWords(profileId: string, words: readonly NewWord[]): Promise<AddedWords>;
  /**
   * Sets the state of up to 1,000 words. If it fails halfway, some words may be changed; the same call then changes
   * the others.
   * @returns the words after the change, in the order given, without repetition
   * @throws {ProfileNotFound | WordNotFound} and changes nothing if a word was missing from the beginning
   */
  setWordState(profileId: string, wordIds: readonly string[], state: WordState): Promise<Word[]>;
  /**
   * Removes up to 1,000 words with their unused dialogs. Used dialogs stay. Unknown ids are ignored.
   * @returns the ids removed by this call, in the order given
   * @throws {ProfileNotFound}
   */
  removeWords(profileId: string, wordIds: readonly string[]): Promise<string[]>;
}

/** From how many words on a change takes so long that what comes before and after it is done in other turns. */
const MANY_WORDS = 100;

interface WordServiceDeps {
  readonly store: WordStore;
  readonly clock: Clock;
  readonly newId: NewId;
  /** Told of every change. */
  readonly events: Events;
}

export function createWordService({ store, clock, newId, events }: WordServiceDeps): WordService {
  /** Publishes also after a failure: some words may be changed then. */
  async function changing<Result>(
    profileId: string,
    count: number,
    change: (owner: object) => Promise<Result>,
  ): Promise<Result> {
    const owner = {};
    const isLong = count >= MANY_WORDS;
    if (isLong) await laterTurn(owner);
    try {
      return await change(owner);
    } finally {
      events.publish({ type: 'poolChanged', profileId });
      if (isLong) await laterTurn(owner);
    }
  }

  return {
    addWords: (profileId, words) =>
      changing(profileId, words.length, async (owner) => {
        const distinct = await distinctWords(profileId, words, { createdAt: clock.now(), newId, owner });
        return store.addWords(profileId, distinct);
      }),

    setWordState: (profileId, wordIds, state) =>
      changing(profileId, wordIds.length, () => store.setWordState(profileId, wordIds, state)),

    removeWords: (profileId, wordIds) =>
      changing(profileId, wordIds.length, () => store.removeWords(profileId, wordIds)),
  };
}

async function distinctWords(
  profileId: string,
  words: readonly NewWord[],
  { createdAt, newId, owner }: { readonly createdAt: Date; readonly newId: NewId; readonly owner: object },
): Promise<Word[]> {
  const byId = new Map<string, Word>();
  for (const { text, translation, state } of words) {
    const turn = nextTurn(owner);
    if (turn) await turn;
    const id = wordId(profileId, text);
    if (byId.has(id)) continue;
    byId.set(id, {
      id,
      profileId,
      text,
      translation: translation ?? null,
      state: state ?? 'pending',
      memory: null,
      dialogSeries: newDialogSeries(newId),
      createdAt,
    });
  }
  return [...byId.values()];
}
