import type { LearningVersion } from '../model/learning.ts';
import type { ReviewStore } from '../ports/reviews.ts';

/** How many versions are shown, and can be gone back to. The present one is among them. */
export const SHOWN_VERSIONS = 50;

/** The first version that is shown while `present` is the present one; 1 or less if all are shown. */
function firstShown(present: number): number {
  return present - SHOWN_VERSIONS + 1;
}

/** Whether a version is shown before the present one. */
export function isShownBefore(version: number, present: number): boolean {
  return version >= Math.max(1, firstShown(present)) && version < present;
}

/**
 * Deletes the versions that are no longer shown. Nothing else reads them: a replay starts from the base, which is stored
 * with the present version. If the process dies before or in the middle, the next call deletes the rest.
 * @param present the present version, or an earlier one
 * @throws {StoreUnavailable}
 */
export async function deleteUnshown(
  store: Pick<ReviewStore, 'deleteLearningVersions'>,
  profileId: string,
  { version: present }: Pick<LearningVersion, 'version'>,
): Promise<void> {
  const first = firstShown(present);
  if (first > 1) await store.deleteLearningVersions(profileId, first);
}
