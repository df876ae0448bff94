import { LeaseAttempts, type LeaseTools } from '../concurrency/lease-keeper.ts';
import type { Learning } from '../model/learning.ts';
import type { Profile } from '../model/profile.ts';
import { existingProfile } from '../ports/existing-profile.ts';
import { consolidationLeaseKey, type HeldLease } from '../ports/leases.ts';
import type { ReviewedDialog } from '../ports/reviews.ts';
import type { Population } from './population.ts';
import { consolidated, type Replay, replay, replayedWord } from './replay.ts';
import { CONSOLIDATE_EVERY, isMissing, sinceBase, stateOf } from './update-learning.ts';
import { deleteUnshown } from './versions.ts';

/** How many of the last reviews are read, to find those that a process left incomplete when it died. */
const LOOKED_AT = 200;
/** How often a consolidation starts again because others have reviewed dialogs meanwhile. */
const MAX_TRIES = 20;
/** Words read at a time. */
const WORDS_AT_ONCE = 100;

/** What a consolidation needs. */
export interface ConsolidationTools extends LeaseTools {
  readonly population: Pick<Population, 'prior'>;
}

/** Whether the next consolidation is due: `CONSOLIDATE_EVERY` reviews were included since the last one. */
export function isConsolidationDue(learning: Learning): boolean {
  return sinceBase(learning).length >= CONSOLIDATE_EVERY;
}

/**
 * Replays the reviews since the last consolidation from their dialogs, under a lease. The result must be exactly what was
 * learned online. If it is not, what was learned is replaced by the replay, and the difference is logged. Reviews that
 * a process left incomplete when it died are completed. Versions that are no longer shown are deleted. While another
 * process holds the lease, this one waits: the other one may have died, and then its lease is taken over.
 * @param stopping once it is aborted, the lease is not waited for
 * @throws {ProfileNotFound | StoreUnavailable}
 */
export async function consolidate(
  tools: ConsolidationTools,
  profileId: string,
  stopping: AbortSignal,
): Promise<void> {
  const attempts = new LeaseAttempts(tools, consolidationLeaseKey(profileId));
  let lease = await attempts.take();
  while (lease === null) {
    await attempts.pause(stopping);
    if (stopping.aborted) return;
    lease = await attempts.take();
  }
  try {
    await new Consolidation(tools, await existingProfile(tools.store, profileId)).run(lease);
  } finally {
    await lease.release();
  }
}

class Consolidation {
  readonly #tools: ConsolidationTools;
  readonly #profile: Profile;
  /** The reviews that were read so far, those that were included first before the others. */
  readonly #reviews = new Map<string, ReviewedDialog>();
  /** The ids of the words whose memories differed. */
  readonly #repairedWords = new Set<string>();

  constructor(tools: ConsolidationTools, profile: Profile) {
    this.#tools = tools;
    this.#profile = profile;
  }

  /** If somebody reviews a dialog meanwhile, its review is read too, and the replay is tried again. */
  async run(lease: HeldLease): Promise<void> {
    const { store, clock, log, population } = this.#tools;
    const { id: profileId } = this.#profile;
    const latest = await store.latestReviews(profileId, LOOKED_AT);
    for (let tries = 0; tries < MAX_TRIES && !lease.lost.aborted; tries += 1) {
      const [learning = null] = await store.learnings([profileId]);
      if (learning === null || !isConsolidationDue(learning)) return;
      await this.#repairWords(await this.#unread(learning, latest));
      const replayed = replay(learning, this.#reviews);
      const at = clock.now();
      const attempt: { next: Learning | null } = { next: null };
      const stored = await store.editLearning(profileId, (current) => {
        attempt.next =
          current && consolidated(current, replayed, this.#reviews, at, () => population.prior());
        return attempt.next;
      });
      const { next } = attempt;
      if (next !== null && stored === next) {
        this.#report(replayed, next);
        await deleteUnshown(store, profileId, next);
        return;
      }
    }
    log.info({ profileId }, 'a consolidation was put off, because dialogs are being reviewed');
  }

  /** Reads the reviews that are included since the base, those that a word may lack, and those that are missing. */
  async #unread(learning: Learning, latest: readonly ReviewedDialog[]): Promise<ReviewedDialog[]> {
    const { profileId, base } = learning;
    const keys = learning.included
      .filter(({ isSettled, version }) => !isSettled || version > base.version)
      .map(({ dialogId }) => ({ profileId, dialogId }))
      .filter(({ dialogId }) => !this.#reviews.has(dialogId));
    const included = (await this.#tools.store.dialogs(keys)).flatMap((dialog): ReviewedDialog[] =>
      dialog?.review ? [{ ...dialog, review: dialog.review }] : [],
    );
    const missing = latest.filter((one) => isMissing(learning, one) && !this.#reviews.has(one.id)).reverse();
    const unread = [...included, ...missing];
    for (const dialog of unread) this.#reviews.set(dialog.id, dialog);
    return unread;
  }

  /** Completes and corrects the memories of all words with these reviews. */
  async #repairWords(reviews: readonly ReviewedDialog[]): Promise<void> {
    const { store } = this.#tools;
    const profile = this.#profile;
    const graded = reviews.flatMap(({ review }) => review.results.map(({ wordId }) => wordId));
    const ids = [...new Set(graded)];
    for (let from = 0; from < ids.length; from += WORDS_AT_ONCE) {
      const keys = ids.slice(from, from + WORDS_AT_ONCE).map((wordId) => ({ profileId: profile.id, wordId }));
      const words = (await store.words(keys)).filter((word) => word !== null);
      const differing = words.filter((word) => replayedWord(word, this.#reviews, profile) !== null);
      const differingIds = differing.map(({ id }) => id);
      await store.editWords(profile.id, differingIds, (word) => replayedWord(word, this.#reviews, profile));
      for (const id of differingIds) this.#repairedWords.add(id);
    }
  }

  #report({ learning, replayed, isEqual }: Replay, after: Learning): void {
    const { log } = this.#tools;
    const repairedWords = [...this.#repairedWords];
    const fields = { profileId: this.#profile.id, version: after.version, repairedWords };
    if (!isEqual || repairedWords.length > 0) {
      const message = 'what was learned differed from the replay of its reviews, and was repaired';
      log.warn({ ...fields, ...(!isEqual && { online: stateOf(learning), replayed }) }, message);
    } else {
      log.info(fields, 'what was learned equals the replay of its reviews');
    }
  }
}
