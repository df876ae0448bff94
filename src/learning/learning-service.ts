import { setMaxListeners } from 'node:events';
import { BadUserInput } from '../model/errors.ts';
import type { Learning, LearningState } from '../model/learning.ts';
import type { Memory } from '../model/memory.ts';
import { runWithoutCost } from '../ports/cost.ts';
import type { Events } from '../ports/events.ts';
import { existingProfile } from '../ports/existing-profile.ts';
import type { ReviewRules, StoredReview } from '../ports/reviews.ts';
import { type ConsolidationTools, consolidate, isConsolidationDue } from './consolidation.ts';
import { PRIOR, predicted } from './correction.ts';
import { correctedDue } from './due.ts';
import { retrievability } from './fsrs.ts';
import { NOTHING_LEARNED } from './learned.ts';
import type { Population } from './population.ts';
import { type Practice, reviewRules } from './review-rules.ts';
import { nothingLearned, stateOf, withBase } from './update-learning.ts';
import { deleteUnshown, isShownBefore, SHOWN_VERSIONS } from './versions.ts';

/** Learns from reviews, and takes back what was learned. Every method with a promise can throw StoreUnavailable. */
export interface LearningService {
  /**
   * Stores the review of a dialog, and what it teaches of the words and the learner. A dialog that has a review keeps
   * it: a repeated call changes nothing, and returns the same.
   * @param permits whether the caller may review dialogs of the profile, decided on the profile that the review reads;
   *   it may if this is left out. If not, the profile seems not to exist
   * @throws {ProfileNotFound | DialogNotFound | WordNotFound} and changes nothing
   * @throws {BadUserInput} if the dialog is unused; nothing is changed
   */
  reviewDialog(
    profileId: string,
    dialogId: string,
    practice: Practice,
    permits?: ReviewRules['permits'],
  ): Promise<StoredReview>;
  /**
   * Takes what was learned of the learner back to an earlier version, as a new version. Memories of words and reviews of
   * dialogs stay as they are.
   * @param version 0, or one of the last `SHOWN_VERSIONS`
   * @throws {ProfileNotFound}
   * @throws {BadUserInput} if there is no such version
   */
  rollBackLearning(profileId: string, version: number): Promise<Learning>;
  /** The predicted probability of recall of a word now, corrected for the learner, 0.0001 to 0.9999. */
  recallNow(memory: Memory, learning: Learning | null): number;
  /** When the word should be practised again: when its predicted recall, corrected for the learner, has fallen to 90 %. */
  due(memory: Memory, learning: Learning | null): Date;
  /** No longer waits for other processes. Resolves when nothing is under way in the background. */
  finish(): Promise<void>;
}

interface LearningServiceDeps extends ConsolidationTools {
  readonly events: Events;
  /** Ended by `finish`. */
  readonly population: Population;
}

export function createLearningService(tools: LearningServiceDeps): LearningService {
  const { store, clock, events, log, population } = tools;
  const stopping = new AbortController();
  // Every consolidation that waits for its lease listens to it.
  setMaxListeners(0, stopping.signal);
  /** What is under way in the background, by the id of the profile. */
  const underWay = new Map<string, Promise<void>>();

  /** Begins work in the background, unless some is under way for the profile. Never throws. */
  function begin(profileId: string, work: () => Promise<void>, brokenOff: string): void {
    if (underWay.has(profileId)) return;
    const running = runWithoutCost(work)
      .catch((err: unknown) => log.warn({ profileId, err }, brokenOff))
      .finally(() => underWay.delete(profileId));
    underWay.set(profileId, running);
  }

  function consolidateIfDue(learning: Learning): void {
    if (!isConsolidationDue(learning)) return;
    const { profileId } = learning;
    begin(profileId, () => consolidate(tools, profileId, stopping.signal), 'a consolidation was broken off');
  }

  /** A learner who goes back before each consolidation would have versions without end. */
  function deleteOldVersions(learning: Learning): void {
    const { profileId } = learning;
    const brokenOff = 'the deletion of old versions of what was learned was broken off';
    begin(profileId, () => deleteUnshown(store, profileId, learning), brokenOff);
  }

  return {
    async reviewDialog(profileId, dialogId, practice, permits) {
      const rules = reviewRules(practice, clock.now(), { permits, prior: () => population.prior() });
      const wordIds = practice.results.map(({ wordId }) => wordId);
      const stored = await store.storeReview({ profileId, dialogId }, wordIds, rules);
      if (stored.isNew) events.publish({ type: 'poolChanged', profileId });
      consolidateIfDue(stored.learning);
      return stored;
    },

    async rollBackLearning(profileId, version) {
      const [, [present = null]] = await Promise.all([
        existingProfile(store, profileId),
        store.learnings([profileId]),
      ]);
      const last = present?.version ?? 0;
      const target = await versionBefore(profileId, last, version);
      const at = clock.now();
      const edited = await store.editLearning(profileId, (current) => {
        const before = current ?? nothingLearned(profileId);
        const { version: last, rewards } = before;
        return withBase({ ...before, ...target, rewards, version: last + 1, at, cause: 'rollback' });
      });
      if (edited === null) return nothingLearned(profileId);
      deleteOldVersions(edited);
      return edited;
    },

    recallNow: (memory, learning) =>
      predicted(learning?.correction ?? PRIOR, retrievability(memory, clock.now())),

    due: (memory, learning) => correctedDue(memory, learning?.correction ?? PRIOR),

    async finish() {
      stopping.abort();
      await population.finish();
      while (underWay.size > 0) await Promise.all(underWay.values());
    },
  };

  async function versionBefore(profileId: string, last: number, version: number): Promise<LearningState> {
    if (version === 0) return NOTHING_LEARNED;
    const [found = null] = isShownBefore(version, last)
      ? await store.learningVersions([{ profileId, version }])
      : [];
    if (found !== null) return stateOf(found);
    throw new BadUserInput(
      'version',
      `must be 0, or an earlier version among the last ${SHOWN_VERSIONS}; query \`learning { versions }\` to list them`,
    );
  }
}
