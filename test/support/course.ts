import { type Word, type WordState, wordId } from '../../src/model/word.ts';
import type { Store } from '../../src/ports/store.ts';

/** When everything of a test's course was made. */
const CREATED_AT = new Date('2024-05-01T10:00:00Z');

/** How many words of a new course are in each state, and what is set of its profile. */
interface Course {
  readonly id?: string;
  readonly ownerId?: string | null;
  readonly teaching?: number;
  readonly pending?: number;
  readonly learned?: number;
  readonly minDialogs?: number;
}

/** Puts a profile with words into a store; their texts are the state and a number, such as `teaching 3`. */
export async function createCourse(
  store: Store,
  course: Course = {},
): Promise<{ id: string; words: Word[] }> {
  const { id = 'course', ownerId = null, teaching = 0, pending = 0, learned = 0, minDialogs = 12 } = course;
  await store.createProfile({
    id,
    ownerId,
    name: 'Course',
    nativeLanguage: 'en',
    targetLanguage: 'es',
    level: 'A2',
    refVoiceId: null,
    minDialogs,
    autoTopUp: false,
    maxCallsPerDay: null,
    wordOrder: 'random',
    wordProgress: 'manual',
    createdAt: CREATED_AT,
  });
  const wordsOf = (state: WordState, count: number): Word[] =>
    Array.from({ length: count }, (_, i) => {
      const text = `${state} ${i}`;
      return {
        id: wordId(id, text),
        profileId: id,
        text,
        translation: null,
        state,
        memory: null,
        dialogSeries: null,
        createdAt: CREATED_AT,
      };
    });
  const words = [
    ...wordsOf('teaching', teaching),
    ...wordsOf('pending', pending),
    ...wordsOf('learned', learned),
  ];
  for (let i = 0; i < words.length; i += 1000) await store.addWords(id, words.slice(i, i + 1000));
  return { id, words };
}
