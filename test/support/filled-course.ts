import { type Dialog, dialogId } from '../../src/model/dialog.ts';
import type { Store } from '../../src/ports/store.ts';
import { createCourse } from './course.ts';

/** The words of a course by state, each by whether it has an unused dialog. */
export interface CourseState {
  readonly teaching: readonly boolean[];
  readonly pending: readonly boolean[];
  readonly learned: readonly boolean[];
}

/** Puts a profile with words and dialogs into a store, and returns its id. */
export async function fillCourse(store: Store, id: string, state: CourseState): Promise<string> {
  const { teaching, pending, learned } = state;
  // A word that is learned cannot get a dialog any more.
  const course = { id, teaching: teaching.length, pending: pending.length + learned.length };
  const { words } = await createCourse(store, course);
  const unused = [...teaching, ...pending, ...learned];
  for (const [i, word] of words.entries()) {
    if (!unused[i]) continue;
    const dialog: Dialog = {
      id: dialogId(word, 0),
      profileId: id,
      wordId: word.id,
      turns: [{ speaker: 'A', text: word.text, translation: null, audio: null }],
      isUsed: false,
      usedAt: null,
      refVoiceId: null,
      generator: 'filled/v1',
      style: null,
      selfCheck: null,
      trial: null,
      review: null,
      createdAt: word.createdAt,
    };
    await store.createDialog(dialog);
  }
  const learnedIds = words.slice(teaching.length + pending.length).map((word) => word.id);
  await store.setWordState(id, learnedIds, 'learned');
  return id;
}
