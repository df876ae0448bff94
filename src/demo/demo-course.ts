import type { Profile } from '../model/profile.ts';
import type { Grade } from '../model/review.ts';
import type { WordState } from '../model/word.ts';

/** Whether a dialog has been practised with. A grade means that the learner has also reported how it went. */
export type DemoUse = 'used' | 'unused' | Grade;

/** A word, its translation, and the uses of its dialogs, oldest first. */
type DemoWord = readonly [text: string, translation: string, ...dialogs: DemoUse[]];

/** A profile for trying the API. Its words are in the order in which the learner added them. */
export interface DemoCourse {
  readonly profile: Omit<Profile, 'createdAt'>;
  readonly words: Readonly<Record<WordState, readonly DemoWord[]>>;
}
