import type { IncludedReview, Learning, LearningState } from '../model/learning.ts';
import type { StyleBeliefs } from '../model/style-beliefs.ts';
import type { ReviewedDialog, ReviewToInclude } from '../ports/reviews.ts';
import { learnedFrom, NOTHING_LEARNED } from './learned.ts';

/** How many reviews are included between two consolidations. */
export const CONSOLIDATE_EVERY = 50;
/** How many reviews before a consolidation stay listed, so that none is included twice. */
const KEPT_REVIEWS = 50;
/** If consolidations fail for so long, what was learned is taken as the new base of replays. */
const MAX_INCLUDED = 400;

/** What a profile has learned before its first review: version 0, which is not stored. */
export function nothingLearned(profileId: string): Learning {
  return {
    profileId,
    version: 0,
    at: new Date(0),
    cause: 'review',
    ...NOTHING_LEARNED,
    base: { version: 0, ...NOTHING_LEARNED },
    included: [],
    knownFrom: 0,
  };
}

/** Only the state of a version. */
export function stateOf({ reviews, correction, losses, styles, rewards }: LearningState): LearningState {
  return { reviews, correction, losses, styles, rewards };
}

/**
 * The next version of the learning, with reviews that it does not include yet.
 * @param prior what to believe of styles before the first reward of one
 * @returns null if it includes all of them
 */
export function withReviews(
  learning: Learning,
  reviews: readonly ReviewToInclude[],
  prior: () => StyleBeliefs,
): Learning | null {
  const settled = new Set(reviews.filter(({ isSettled }) => isSettled).map(({ dialog }) => dialog.id));
  const missing = reviews.map(({ dialog }) => dialog).filter((dialog) => isMissing(learning, dialog));
  const last = missing.at(-1);
  if (last === undefined) return null;
  const version = learning.version + 1;
  let state = stateOf(learning);
  const included = [...learning.included];
  for (const dialog of missing) {
    const learned = learnedFrom(state, dialog, included, prior);
    state = learned.state;
    included.push({
      dialogId: dialog.id,
      at: dialog.review.reviewedAt,
      version,
      counted: learned.counted,
      isSettled: false,
    });
  }
  const next: Learning = {
    ...learning,
    ...state,
    version,
    at: last.review.reviewedAt,
    cause: 'review',
    included: included.map((one) => (settled.has(one.dialogId) ? { ...one, isSettled: true } : one)),
  };
  return included.length > MAX_INCLUDED ? withBase(next) : next;
}

/** Whether the learning does not include the review of a dialog. */
export function isMissing({ included, knownFrom }: Learning, { id, review }: ReviewedDialog): boolean {
  // A review that is not listed was included long ago if its predictions were made with a version before the list.
  return review.learningVersion >= knownFrom && !included.some(({ dialogId }) => dialogId === id);
}

/** Whether the review of a dialog may be missing from the learning or from the memory of a word. */
export function mayBeMissing(learning: Learning, dialog: ReviewedDialog): boolean {
  const known = learning.included.find(({ dialogId }) => dialogId === dialog.id);
  return known === undefined ? isMissing(learning, dialog) : !known.isSettled;
}

/** The reviews that a replay from the base includes. */
export function sinceBase({ base, included }: Learning): readonly IncludedReview[] {
  return included.filter(({ version }) => version > base.version);
}

/**
 * The same learning, with a new base of later replays. The reviews since the base and the last ones before it stay
 * listed.
 * @param base the state of the learning at a version; its present one if it is left out
 */
export function withBase(
  learning: Learning,
  base: Learning['base'] = { version: learning.version, ...stateOf(learning) },
): Learning {
  const later = learning.included.filter(({ version }) => version > base.version).length;
  const kept = KEPT_REVIEWS + later;
  const dropped = learning.included.at(-kept - 1);
  return {
    ...learning,
    base,
    included: learning.included.slice(-kept),
    knownFrom: Math.max(learning.knownFrom, dropped?.version ?? 0),
  };
}
