import { reviewRules } from '../learning/review-rules.ts';
import { selfCheck } from '../learning/self-check.ts';
import { type Dialog, dialogId } from '../model/dialog.ts';
import { ProfileAlreadyExists } from '../model/errors.ts';
import type { Profile } from '../model/profile.ts';
import type { Grade } from '../model/review.ts';
import { newDialogSeries, type Word, wordId } from '../model/word.ts';
import type { Clock, NewId } from '../ports/clock.ts';
import { type DialogGenerator, FREE_OF_CHARGE } from '../ports/generator.ts';
import type { Store } from '../ports/store.ts';
import type { DemoCourse, DemoUse } from './demo-course.ts';
import { ENGLISH_COURSE } from './english-course.ts';
import { SPANISH_COURSE } from './spanish-course.ts';

/** The name of the profile `demo` until the seeding is complete. */
const UNFINISHED = `${SPANISH_COURSE.profile.name} (being filled)`;

/** The states of a course's words, in the order in which they were added: the oldest words are learned by now. */
const STATES_BY_AGE = ['learned', 'teaching', 'pending'] as const;

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** How long ago the demo's learners started. */
const HISTORY_MS = 30 * DAY_MS;
/** The time between the creation dates of two successive words. */
const WORD_EVERY_MS = 12 * HOUR_MS;
/** The time between the use of a dialog and its review. */
const LESSON_MS = 300_000;
/** How the demo's learners rate a dialog whose word they have graded so. */
const RATINGS_BY_GRADE = { again: 3, hard: 3, good: 4, easy: 5 } as const;

/** Where a seeding takes dates and ids from. */
interface SeedSources {
  readonly clock: Clock;
  readonly newId: NewId;
}

interface FillDeps {
  readonly store: Store;
  readonly generator: DialogGenerator;
  readonly newId: NewId;
}

/**
 * Creates the demo profiles with their words and dialogs if the store has no profile.
 *
 * The profile `demo` is created first, with a temporary name, and gets its final name last. A start that finds the
 * temporary name continues where an earlier one was killed. The steps in between can be repeated, because the ids of
 * words are computed from their content, and those of dialogs from the stored words. Several processes can therefore
 * seed the same store at once.
 *
 * @param generator a generator that makes no paid calls, such as the built-in template generator
 * @throws {StoreUnavailable} if the store fails; what was created before is kept
 */
export async function seedDemo(
  store: Store,
  generator: DialogGenerator,
  sources: SeedSources,
): Promise<void> {
  const [demo] = await store.profiles([SPANISH_COURSE.profile.id]);
  const needed = demo ? demo.name === UNFINISHED : await hasNoProfile(store);
  if (!needed) return;

  // All other dates are computed from the stored one. So a start that continues an earlier one, or runs beside another
  // one, creates the same data.
  const { clock, newId } = sources;
  const deps = { store, generator, newId };
  const { createdAt } = await fill(deps, SPANISH_COURSE, {
    ...SPANISH_COURSE.profile,
    name: UNFINISHED,
    createdAt: demo?.createdAt ?? later(clock.now(), -HISTORY_MS),
  });
  await fill(deps, ENGLISH_COURSE, { ...ENGLISH_COURSE.profile, createdAt });
  await store.updateProfile(SPANISH_COURSE.profile.id, { name: SPANISH_COURSE.profile.name });
}

async function hasNoProfile(store: Store): Promise<boolean> {
  return (await store.profilePage({ first: 1, after: null })).nodes.length === 0;
}

/** @returns the profile as it is stored, which another start may have created at another time */
async function fill(
  { store, generator, newId }: FillDeps,
  course: DemoCourse,
  wanted: Profile,
): Promise<Profile> {
  const profile = await createOrRead(store, wanted);
  const entries = STATES_BY_AGE.flatMap((state) => course.words[state].map((entry) => ({ state, entry })));
  const words = entries.map(({ state, entry: [text, translation, ...dialogs] }, index) => {
    const word: Word = {
      id: wordId(profile.id, text),
      profileId: profile.id,
      text,
      translation,
      // The store creates no dialogs for learned words, so these become learned after theirs are created.
      state: state === 'learned' ? 'teaching' : state,
      memory: null,
      dialogSeries: newDialogSeries(newId),
      createdAt: later(profile.createdAt, index * WORD_EVERY_MS),
    };
    return { word, dialogs, isLearned: state === 'learned' };
  });
  const { added, existing } = await store.addWords(
    profile.id,
    words.map(({ word }) => word),
  );
  // A word that an earlier or another start has added has a series of its own.
  const stored = new Map([...added, ...existing].map((word) => [word.id, word]));
  const lessons = lessonsOf(
    words.map(({ word, dialogs }) => ({ word: stored.get(word.id) ?? word, dialogs })),
  );
  const known = course.words.learned.map(([text]) => text);
  const reviews = await addDialogs(store, generator, { profile, known, lessons });
  await addReviews(store, reviews);
  const learned = words.filter(({ isLearned }) => isLearned).map(({ word }) => word.id);
  await store.setWordState(profile.id, learned, 'learned');
  return profile;
}

async function createOrRead(store: Store, wanted: Profile): Promise<Profile> {
  try {
    await store.createProfile(wanted);
    return wanted;
  } catch (error) {
    if (!(error instanceof ProfileAlreadyExists)) throw error;
    const [stored] = await store.profiles([wanted.id]);
    return stored ?? wanted;
  }
}

/** What the learner has reported of a dialog, and when. */
interface DemoReview {
  readonly dialog: Dialog;
  readonly grade: Grade;
  readonly at: Date;
}

/** A dialog to create, and what has become of it. */
interface Lesson {
  readonly word: Word;
  readonly use: DemoUse;
  readonly at: Date;
}

/** The dialogs of all words, oldest first. A word gets one every two days. */
function lessonsOf(
  words: readonly { readonly word: Word; readonly dialogs: readonly DemoUse[] }[],
): Lesson[] {
  const lessons = words.flatMap(({ word, dialogs }) =>
    dialogs.map((use, number) => ({ word, use, at: later(word.createdAt, (1 + 2 * number) * DAY_MS) })),
  );
  return lessons.sort((one, other) => one.at.getTime() - other.at.getTime());
}

/**
 * Creates dialogs, in each of the styles in turn. Used dialogs are marked as used one day after their creation.
 * @param known the texts of the words that the learner knows
 * @returns the reviews of those that have been reported
 */
async function addDialogs(
  store: Store,
  generator: DialogGenerator,
  {
    profile,
    known,
    lessons,
  }: { readonly profile: Profile; readonly known: readonly string[]; readonly lessons: readonly Lesson[] },
): Promise<DemoReview[]> {
  const created: Dialog[] = [];
  const reviews: DemoReview[] = [];
  const [version] = generator.versions;
  for (const { word, use, at } of lessons) {
    const before = created.filter(({ wordId }) => wordId === word.id);
    const number = before.length;
    const context = { profile, word, earlier: before.slice(0, 3), known };
    const styles = generator.styles({ ...context, ofWord: stylesOf(before), latest: stylesOf(created) });
    const style = styles[created.length % Math.max(1, styles.length)] ?? null;
    const request = { ...context, number, version, style, liked: [], disliked: [] };
    const draft = await generator.generate(request, FREE_OF_CHARGE);
    const dialog: Dialog = {
      id: dialogId(word, number),
      profileId: profile.id,
      wordId: word.id,
      turns: draft.turns.map((turn) => ({ ...turn, audio: null })),
      isUsed: false,
      usedAt: null,
      refVoiceId: profile.refVoiceId,
      generator: version,
      style,
      selfCheck: selfCheck(draft, word, profile.targetLanguage, known),
      trial: null,
      review: null,
      createdAt: at,
    };
    // If it is not created, an earlier start has created it.
    await store.createDialog(dialog);
    created.unshift(dialog);
    if (use === 'unused') continue;
    const usedAt = later(at, DAY_MS);
    await store.markDialogUsed(profile.id, dialog.id, usedAt);
    if (use !== 'used') reviews.push({ dialog, grade: use, at: later(usedAt, LESSON_MS) });
  }
  return reviews;
}

function stylesOf(dialogs: readonly Dialog[]): (string | null)[] {
  return dialogs.map(({ style }) => style);
}

/** Stores reviews in the order of their times, because each teaches something that the later ones are predicted by. */
async function addReviews(store: Store, reviews: readonly DemoReview[]): Promise<void> {
  const oldestFirst = reviews.toSorted((one, other) => one.at.getTime() - other.at.getTime());
  for (const { dialog, grade, at } of oldestFirst) {
    const { profileId, id: dialogId, wordId } = dialog;
    const rules = reviewRules({ results: [{ wordId, grade }], rating: RATINGS_BY_GRADE[grade] }, at);
    await store.storeReview({ profileId, dialogId }, [wordId], rules);
  }
}

function later(date: Date, ms: number): Date {
  return new Date(date.getTime() + ms);
}
