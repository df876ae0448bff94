import type { Dialog } from '../../src/model/dialog.ts';
import type { Random } from '../../src/ports/clock.ts';
import type { DialogGenerator } from '../../src/ports/generator.ts';
import type { Store } from '../../src/ports/store.ts';
import { sampleDialog } from '../contract/samples.ts';
import { graphql } from '../generated/index.ts';
import { frozenClock, type MovedClock } from './clocks.ts';
import { createCourse } from './course.ts';
import { scriptedGenerator } from './scripted-generator.ts';
import { openTestApp, type TestApp, tempSqliteStore } from './test-app.ts';

export const ReviewDialog = graphql(`
  mutation ReviewDialog($profileId: ID!, $dialogId: ID!, $results: [WordResultInput!]!, $rating: Int) {
    reviewDialog(profileId: $profileId, dialogId: $dialogId, results: $results, rating: $rating) {
      dialog { id review { reviewedAt rating results { word { id } grade predicted } } }
      words { id state memory { ...MemoryOfWord } }
      learning { ...LearningOfProfile }
    }
  }
  fragment MemoryOfWord on WordMemory {
    stability
    difficulty
    due
    retrievability
    reviews
    lapses
    lastReviewedAt
  }
  fragment LearningOfProfile on Learning {
    reviews
    version
    logLoss
    defaultLogLoss
    correction { offset slope }
    styles { style mean deviation dialogs }
    versions { version at reviews cause logLoss }
  }
`);

/** Reports a practice, and reads little of what it taught. A profile's versions alone are up to 50 reads. */
export const ReportPractice = graphql(`
  mutation ReportPractice($profileId: ID!, $dialogId: ID!, $results: [WordResultInput!]!, $rating: Int) {
    reviewDialog(profileId: $profileId, dialogId: $dialogId, results: $results, rating: $rating) {
      learning { reviews }
    }
  }
`);

/** The variables of `ReportPractice` and `ReviewDialog` by which the word of a dialog is graded as recalled well. */
export function reviewOf({ profileId, id, wordId }: Dialog) {
  return { profileId, dialogId: id, results: [{ wordId, grade: 'GOOD' as const }] };
}

export const Practised = graphql(`
  query Practised($id: ID!) {
    profile(id: $id) {
      learning { ...LearningOfProfile }
      words(first: 100) { edges { node { id text state memory { ...MemoryOfWord } } } }
      dialogs(isUsed: true, first: 100) { edges { node { id word { id } review { rating results { grade predicted } } } } }
    }
  }
`);

const Claim = graphql(`
  mutation ClaimToPractise($id: ID!, $count: Int!) {
    claimDialogs(profileId: $id, count: $count) { id word { id } }
  }
`);

const DAY_MS = 24 * 60 * 60 * 1000;

/** A learner who practises on one day after another. */
export interface Learner extends TestApp {
  readonly clock: MovedClock;
  /** Lets a number of days pass. */
  sleepDays(days: number): void;
  /** Tops up the pool, and claims dialogs with the ids of their words. */
  claim(count: number): Promise<{ dialogId: string; wordId: string }[]>;
}

/** Opens the app with a course, and a clock that moves only if the test says so. */
export async function openLearner({
  store,
  teaching = 10,
  pending = 0,
  generator = scriptedGenerator(),
  random = Math.random,
}: {
  readonly store?: Store;
  readonly teaching?: number;
  readonly pending?: number;
  readonly generator?: DialogGenerator;
  readonly random?: Random;
} = {}): Promise<Learner> {
  const clock = frozenClock();
  const app = await openTestApp({
    store: store ?? (await tempSqliteStore()),
    generator,
    clock,
    random,
  });
  await createCourse(app.store, { teaching, pending });
  return {
    ...app,
    clock,
    sleepDays: (days) => clock.move(days * DAY_MS),
    async claim(count) {
      await app.pool.ensureDialogs('course', count);
      const { claimDialogs } = await app.ask(Claim, { id: 'course', count });
      return claimDialogs.map(({ id, word }) => ({ dialogId: id, wordId: word?.id ?? '' }));
    },
  };
}

/** Stores used dialogs of every word of a profile. @returns them, one of each word after the other */
export async function usedDialogs(store: Store, profileId: string, perWord: number): Promise<Dialog[]> {
  const { nodes: words } = await store.wordPage(profileId, null, { first: 100, after: null });
  const ofWords = await Promise.all(
    words.map(async (word) => {
      const dialogs: Dialog[] = [];
      for (let number = 0; number < perWord; number += 1) {
        const style = `scene:s${number % 3} register:neutral`;
        const selfCheck = { knownShare: (number % 4) / 4, targetUsed: true, language: 'es' };
        const dialog = sampleDialog(word, number, { style, selfCheck });
        await store.createDialog(dialog);
        dialogs.push(await store.markDialogUsed(profileId, dialog.id, word.createdAt));
      }
      return dialogs;
    }),
  );
  return Array.from({ length: perWord }, (_, number) =>
    ofWords.flatMap((dialogs) => dialogs[number] ?? []),
  ).flat();
}
