import { type Dialog, dialogId } from '../model/dialog.ts';
import { ProfileAlreadyExists } from '../model/errors.ts';
import type { Profile } from '../model/profile.ts';
import { type Word, wordId } from '../model/word.ts';
import type { Clock } from '../ports/clock.ts';
import type { DialogGenerator } from '../ports/generator.ts';
import type { Store } from '../ports/store.ts';
import type { DemoCourse, DemoUse } from './demo-course.ts';
import { ENGLISH_COURSE } from './english-course.ts';
import { SPANISH_COURSE } from './spanish-course.ts';

/** The name of the profile `demo` until everything is in place. */
const UNFINISHED = `${SPANISH_COURSE.profile.name} (being filled)`;

/** A learner's first words are learned by now, and the last ones wait. */
const IN_ORDER_MET = ['learned', 'teaching', 'pending'] as const;

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** How long ago the demo's learners began. */
const HISTORY_MS = 30 * DAY_MS;
/** Time between one of their words and the next. */
const WORD_EVERY_MS = 12 * HOUR_MS;

/**
 * Puts the demo profiles with their words and dialogs into a store that has no profile at all.
 *
 * The profile `demo` comes first, under a name that says it is being filled, and gets its own name last: a start that
 * finds the other name goes on where an earlier one was killed. Everything in between does nothing where it was done
 * before, because words and dialogs have the ids that follow from them; so several processes may do it at once.
 *
 * @param generator costs nothing, such as the built-in template
 * @throws {StoreUnavailable} with what was done so far kept
 */
export async function seedDemo(store: Store, generator: DialogGenerator, clock: Clock): Promise<void> {
  const [demo] = await store.profiles([SPANISH_COURSE.profile.id]);
  const wanted = demo ? demo.name === UNFINISHED : await hasNoProfile(store);
  if (!wanted) return;

  // All times follow from this one, so that a start which goes on where another stopped puts the same things there.
  const createdAt = demo?.createdAt ?? later(clock.now(), -HISTORY_MS);
  await fill(store, generator, SPANISH_COURSE, { ...SPANISH_COURSE.profile, name: UNFINISHED, createdAt });
  await fill(store, generator, ENGLISH_COURSE, { ...ENGLISH_COURSE.profile, createdAt });
  await store.updateProfile(SPANISH_COURSE.profile.id, { name: SPANISH_COURSE.profile.name });
}

async function hasNoProfile(store: Store): Promise<boolean> {
  return (await store.profilePage({ first: 1, after: null })).nodes.length === 0;
}

async function fill(
  store: Store,
  generator: DialogGenerator,
  course: DemoCourse,
  profile: Profile,
): Promise<void> {
  try {
    await store.createProfile(profile);
  } catch (error) {
    if (!(error instanceof ProfileAlreadyExists)) throw error;
  }
  const entries = IN_ORDER_MET.flatMap((state) => course.words[state].map((entry) => ({ state, entry })));
  const words = entries.map(({ state, entry: [text, translation, ...dialogs] }, index) => {
    const word: Word = {
      id: wordId(profile.id, text),
      profileId: profile.id,
      text,
      translation,
      // A learned word gets no dialogs any more, so it is learned when it has had its own.
      state: state === 'learned' ? 'teaching' : state,
      createdAt: later(profile.createdAt, index * WORD_EVERY_MS),
    };
    return { word, dialogs, isLearned: state === 'learned' };
  });
  await store.addWords(
    profile.id,
    words.map(({ word }) => word),
  );
  for (const { word, dialogs } of words) await addDialogs(store, generator, profile, word, dialogs);
  const learned = words.filter(({ isLearned }) => isLearned).map(({ word }) => word.id);
  await store.setWordState(profile.id, learned, 'learned');
}

/** Adds a word's dialogs, one every other day, each used on the day after where it is to be used. */
async function addDialogs(
  store: Store,
  generator: DialogGenerator,
  profile: Profile,
  word: Word,
  uses: readonly DemoUse[],
): Promise<void> {
  const earlier: Dialog[] = [];
  for (const [number, use] of uses.entries()) {
    const { turns } = await generator.generate(
      { profile, word, number, earlier },
      { onCall: () => undefined, mayCall: () => true },
    );
    const dialog: Dialog = {
      id: dialogId(word.id, number),
      profileId: profile.id,
      wordId: word.id,
      turns: turns.map((turn) => ({ ...turn, audio: null })),
      isUsed: false,
      usedAt: null,
      refVoiceId: profile.refVoiceId,
      generator: generator.name,
      createdAt: later(word.createdAt, (1 + 2 * number) * DAY_MS),
    };
    // Not created means that it is there already.
    await store.createDialog(dialog);
    if (use === 'used') await store.markDialogUsed(profile.id, dialog.id, later(dialog.createdAt, DAY_MS));
    earlier.unshift(dialog);
  }
}

function later(date: Date, ms: number): Date {
  return new Date(date.getTime() + ms);
}
