import { isDeepStrictEqual } from 'node:util';
import { LeaseAttempts, type LeaseTools } from '../concurrency/lease-keeper.ts';
import type { Learning } from '../model/learning.ts';
import type { Profile } from '../model/profile.ts';
import { existingProfile } from '../ports/existing-profile.ts';
import { consolidationLeaseKey } from '../ports/leases.ts';
import type { ReviewedDialog } from '../ports/reviews.ts';
import { CONSOLIDATE_EVERY, isMissing, sinceBase, stateOf } from './include-reviews.ts';
import { consolidated, type Reviews, replayedWord } from './replay.ts';

/** How many of the last reviews are read, to find those that a process left incomplete when it died. */
const LOOKED_AT = 200;
/** How often a consolidation starts again because others have reviewed dialogs meanwhile. */
const MAX_TRIES = 5;
/** Words read at a time. */
const WORDS_AT_ONCE = 100;

/** Whether so many reviews were included since the last consolidation that the next one is due. */
export function isConsolidationDue(learning: Learning): boolean {
  return sinceBase(learning).length >= CONSOLIDATE_EVERY;
}

/**
 * Replays the reviews since the last consolidation from their dialogs, under a lease. The result must be exactly what was
 * learned online. If it is not, what was learned is replaced by the replay, and the difference is logged. Reviews that
 * a process left incomplete when it died are completed. Does nothing if another process holds the lease.
 * @throws {ProfileNotFound | StoreUnavailable}
 */
export async function consolidate(tools: LeaseTools, profileId: string): Promise<void> {
  const lease = await new LeaseAttempts(tools, consolidationLeaseKey(profileId)).take();
  if (lease === null) return;
  try {
    for (let tries = 0; tries < MAX_TRIES && !lease.lost.aborted; tries += 1) {
      if (await consolidateOnce(tools, profileId)) return;
    }
  } finally {
    await lease.release();
  }
}

/** @returns false if somebody else changed the learning meanwhile */
async function consolidateOnce(tools: LeaseTools, profileId: string): Promise<boolean> {
  const { store, clock, log } = tools;
  const [profile, [learning = null], latest] = await Promise.all([
    existingProfile(store, profileId),
    store.learnings([profileId]),
    store.latestReviews(profileId, LOOKED_AT),
  ]);
  if (learning === null || !isConsolidationDue(learning)) return true;
  const reviews = await reviewsOf(tools, learning, latest);
  const repairedWords = await repairWords(tools, profile, reviews);
  const next = consolidated(learning, reviews, clock.now());
  const stored = await store.editLearning(profileId, (current) =>
    current?.version === learning.version ? next : null,
  );
  if (stored?.version !== next.version) return false;
  const online = stateOf(learning);
  const differs = !isDeepStrictEqual(online, stateOf(next));
  const fields = {
    profileId,
    version: next.version,
    repairedWords,
    ...(differs && { online, replayed: stateOf(next) }),
  };
  if (differs || repairedWords.length > 0) {
    log.warn(fields, 'what was learned differed from the replay of its reviews, and was repaired');
  } else {
    log.info(fields, 'what was learned equals the replay of its reviews');
  }
  return true;
}

/** The reviews that are included since the base, those that the memory of a word may lack, and those that are missing. */
async function reviewsOf(
  { store }: LeaseTools,
  learning: Learning,
  latest: readonly ReviewedDialog[],
): Promise<Reviews> {
  const { profileId } = learning;
  const included = learning.included.filter((one) => !one.isSettled || one.version > learning.base.version);
  const keys = included.map(({ dialogId }) => ({ profileId, dialogId }));
  const found = (await store.dialogs(keys)).flatMap((dialog): ReviewedDialog[] =>
    dialog?.review ? [{ ...dialog, review: dialog.review }] : [],
  );
  const missing = latest.filter((dialog) => isMissing(learning, dialog)).reverse();
  return new Map([...found, ...missing].map((dialog) => [dialog.id, dialog]));
}

/** Completes and corrects the memories of all words with these reviews. @returns the ids of the words that differed */
async function repairWords({ store }: LeaseTools, profile: Profile, reviews: Reviews): Promise<string[]> {
  const graded = [...reviews.values()].flatMap(({ review }) => review.results.map(({ wordId }) => wordId));
  const ids = [...new Set(graded)];
  const repaired: string[] = [];
  for (let from = 0; from < ids.length; from += WORDS_AT_ONCE) {
    const keys = ids.slice(from, from + WORDS_AT_ONCE).map((wordId) => ({ profileId: profile.id, wordId }));
    const words = (await store.words(keys)).filter((word) => word !== null);
    const differing = words
      .filter((word) => replayedWord(word, reviews, profile) !== null)
      .map(({ id }) => id);
    await store.editWords(profile.id, differing, (word) => replayedWord(word, reviews, profile));
    repaired.push(...differing);
  }
  return repaired;
}
