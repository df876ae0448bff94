import type { Draft } from '../model/draft/draft.ts';
import { draftFault } from '../model/draft/draft-fault.ts';
import { StoreUnavailable } from '../model/errors.ts';
import type { Usage } from '../model/spend.ts';
import type { Word } from '../model/word.ts';
import type { Clock } from '../ports/clock.ts';
import {
  BudgetExhausted,
  type DialogGenerator,
  type DialogRequest,
  GeneratorFailed,
  WordFailed,
  WordPostponed,
} from '../ports/generator.ts';
import type { HeldLease } from '../ports/leases.ts';
import type { Log } from '../ports/log.ts';
import type { Store } from '../ports/store.ts';
import type { DailyCallBudget } from './daily-call-budget.ts';
import { stateOf } from './failed-words.ts';
import type { Progress } from './progress.ts';

/** What writing a draft depends on. */
interface DraftDeps {
  readonly store: Store;
  readonly generator: DialogGenerator;
  readonly clock: Clock;
  readonly log: Log;
}

/** The top-up that a draft is written for. */
export interface DraftOptions {
  /**
   * The lease of the profile. Once it is lost, no further word is tried. A draft that was paid for before is stored
   * if the store can tell that no other owner has taken the lease.
   */
  readonly lease: HeldLease;
  /** Once it is aborted, no further word is tried and no further call is paid; dialogs that are paid for are stored. */
  readonly stopping: AbortSignal;
  /** Once it is aborted, no further word is tried. Words whose first call was made are finished, with all their calls. */
  readonly interrupted: AbortSignal;
  /** The state of the top-up, with the profile. Skipped words and unexpected errors are added to it. */
  readonly progress: Progress;
  readonly budget: DailyCallBudget;
  readonly onCall: (usage: Usage) => void;
}

/**
 * How many unexpected errors in a row a top-up tolerates without creating a dialog. A few may be caused by the texts of
 * single words.
 */
const DEFECTS_TOLERATED = 3;
/** A word that has waited longer than this for its first call is read again, in milliseconds. */
const READ_AGAIN_AFTER_MS = 1_000;

/**
 * What came of a word: a draft that may be stored, why there is none for this word, in words for people, or why nothing
 * was paid for it.
 */
export type Written = { draft: Draft } | { refusal: string } | { notPaid: Unpaid };

/**
 * Why the first call for a word is not made: the word is no longer being taught, the generator is to try other words first,
 * or the word may be tried later, as it is now. It was changed, or removed and added again, or the top-up was interrupted.
 */
type Unpaid =
  | { readonly reason: 'NOT_TAUGHT' | 'POSTPONED' }
  | { readonly reason: 'LATER'; readonly word: Word };

class NotPaid extends Error {
  readonly unpaid: Unpaid;

  constructor(unpaid: Unpaid) {
    super(`the first call is not made: ${unpaid.reason}`);
    this.unpaid = unpaid;
  }
}

/**
 * Has a draft written. Just before the first call is paid for, it looks whether that is still wanted: words wait for their
 * turn at the generator, behind those of other profiles.
 */
export async function writeDraft(
  { store, generator, clock, log }: DraftDeps,
  { lease, stopping, interrupted, progress, budget, onCall }: DraftOptions,
  dialogRequest: DialogRequest,
): Promise<Written> {
  const { profile, word } = dialogRequest;
  const where = { profileId: profile.id, wordId: word.id };
  const began = clock.monotonic();
  let isFirstCall = true;

  async function assertWanted(): Promise<void> {
    if (interrupted.aborted) throw new NotPaid({ reason: 'LATER', word });
    // The first calls usually begin as soon as their words were read.
    if (progress.calls.length === 0 && clock.monotonic() - began < READ_AGAIN_AFTER_MS) return;
    const present = await taughtWord(store, word);
    if (present === null) throw new NotPaid({ reason: 'NOT_TAUGHT' });
    if (stateOf(profile, present) !== stateOf(profile, word)) {
      throw new NotPaid({ reason: 'LATER', word: present });
    }
  }

  try {
    const draft = await generator.generate(dialogRequest, {
      // Reading `lost` checks the clock. A process that was suspended finds out here that it has lost the lease.
      get signal() {
        return lease.lost.aborted ? lease.lost : stopping;
      },
      async reserveCall() {
        if (isFirstCall) await assertWanted();
        isFirstCall = false;
        await budget.reserve();
      },
      onCall,
      onUnpaidCall: () => budget.notPaid(),
    });
    const fault = draftFault(draft, dialogRequest);
    if (fault === null) return { draft };
    throw new WordFailed(`The dialog written for it can't be used: ${fault}.`);
  } catch (error) {
    if (error instanceof NotPaid) return { notPaid: error.unpaid };
    if (error instanceof WordPostponed) return { notPaid: { reason: 'POSTPONED' } };
    if (error instanceof GeneratorFailed || error instanceof BudgetExhausted) throw error;
    // A call could not be reserved. That is no fault of the word.
    if (error instanceof StoreUnavailable) throw error;
    if (error instanceof WordFailed) {
      log.warn({ ...where, err: error }, 'no dialog could be written for a word');
      return { refusal: error.message };
    }
    progress.defects += 1;
    if (progress.defects > DEFECTS_TOLERATED) throw error;
    log.error({ ...where, err: error }, 'an unexpected error of the generator');
    return { refusal: 'Something went wrong while its dialog was being written.' };
  }
}

/** The word as it is in the store now; null if it is learned or removed: a dialog of it is of no use. */
export async function taughtWord(store: Store, { profileId, id: wordId }: Word): Promise<Word | null> {
  const [present = null] = await store.words([{ profileId, wordId }]);
  return present?.state === 'learned' ? null : present;
}
