import { allSettled } from '../concurrency/all-settled.ts';
import { type Dialog, dialogId } from '../model/dialog.ts';
import type { Draft } from '../model/draft/draft.ts';
import { draftFault } from '../model/draft/draft-fault.ts';
import { StoreUnavailable } from '../model/errors.ts';
import type { SkipReason } from '../model/skip-reason.ts';
import type { Usage } from '../model/spend.ts';
import type { Word } from '../model/word.ts';
import type { Clock } from '../ports/clock.ts';
import type { CheckDialog } from '../ports/dialog-check.ts';
import type { Events } from '../ports/events.ts';
import { existingProfile } from '../ports/existing-profile.ts';
import { BudgetExhausted, type DialogRequest, GeneratorFailed, WordFailed } from '../ports/generator.ts';
import { type HeldLease, LeaseLost } from '../ports/leases.ts';
import type { Log } from '../ports/log.ts';
import type { PromptChoice } from '../ports/prompt-choice.ts';
import type { DailyCallBudget } from './daily-call-budget.ts';
import type { Learner, LearnerTools } from './learner.ts';
import type { Candidate } from './plan-pass.ts';
import type { Progress } from './progress.ts';
import type { SkippedWord } from './skipped-word.ts';

/** What generating dialogs depends on. */
export interface GenerationDeps extends LearnerTools {
  /** Chooses the version of the generator's prompt for each dialog. */
  readonly prompts: PromptChoice;
  readonly clock: Clock;
  readonly log: Log;
  /** Told of every dialog that is stored. */
  readonly events: Events;
  readonly checkDialog: CheckDialog;
}

/** A number of dialogs to create for one profile. */
export interface GenerationRequest {
  /** How many dialogs to create. Fewer are created if the candidates do not suffice. */
  readonly missing: number;
  /** Tried in this order; one that gets no dialog is replaced by the next. */
  readonly candidates: readonly Candidate[];
  /**
   * The lease of the profile. Once it is lost, no further word is tried. A draft that was paid for before is stored
   * if the store can tell that no other owner has taken the lease.
   */
  readonly lease: HeldLease;
  /** Once it is aborted, no further word is tried and no further call is paid; dialogs that are paid for are stored. */
  readonly stopping: AbortSignal;
  /** Once it is aborted, no further word is tried. Words under way are finished, with all their calls. */
  readonly interrupted: AbortSignal;
  /** The state of the top-up, with the profile. Skipped words and unexpected errors are added to it. */
  readonly progress: Progress;
  readonly budget: DailyCallBudget;
  readonly learner: Learner;
  readonly onCall: (usage: Usage) => void;
  readonly onCreated: (dialog: Dialog) => void;
}

/** How the generation ended. Created dialogs and skipped words are reported while it runs. */
export interface Generated {
  readonly generatorFailed: boolean;
  readonly budgetExhausted: boolean;
  readonly leaseLost: boolean;
  /** Candidates that were not tried. */
  readonly untried: readonly Candidate[];
}

/**
 * How many unexpected errors in a row a top-up tolerates without creating a dialog. A few may be caused by the texts of
 * single words.
 */
const DEFECTS_TOLERATED = 3;

/**
 * Creates the missing dialogs, as many at once as the generator works on. It never has more under way than are still
 * missing, so it pays for none that is not needed (rule 3). If a word fails, the next word takes its place. If the
 * generator fails as a whole, no further word is tried; dialogs under way are paid for and therefore kept (rule 6).
 *
 * @throws what the store throws, after everything under way has ended
 */
export async function generateDialogs(deps: GenerationDeps, request: GenerationRequest): Promise<Generated> {
  const { candidates, lease, stopping, interrupted } = request;
  let tried = 0;
  let missing = request.missing;
  let generatorFailed = false;
  let budgetExhausted = false;
  let leaseLost = false;
  let broken = false;

  const isStopped = () => stopping.aborted || interrupted.aborted;

  async function work(): Promise<void> {
    while (missing > 0 && !generatorFailed && !broken && !leaseLost && !budgetExhausted && !isStopped()) {
      leaseLost = lease.lost.aborted;
      const candidate = candidates[tried];
      if (leaseLost || candidate === undefined) return;
      tried += 1;
      missing -= 1;
      try {
        const result = await generateDialog(deps, request, candidate);
        if ('dialog' in result) {
          request.onCreated(result.dialog);
          continue;
        }
        request.progress.addSkipped(result.skipped, result.hasFailed);
      } catch (error) {
        if (error instanceof LeaseLost) {
          leaseLost = true;
          return;
        }
        if (error instanceof BudgetExhausted) budgetExhausted = true;
        else if (error instanceof GeneratorFailed) {
          if (!generatorFailed) deps.log.debug({ err: error }, 'the generator failed as a whole');
          generatorFailed = true;
        } else {
          broken = true;
          throw error;
        }
      }
      missing += 1;
    }
  }

  const workers = Math.min(request.missing, deps.generator.concurrency);
  await allSettled(Array.from({ length: workers }, work));
  const untried = candidates.slice(tried);
  return { generatorFailed, budgetExhausted, leaseLost: leaseLost || lease.lost.aborted, untried };
}

async function generateDialog(
  deps: GenerationDeps,
  request: GenerationRequest,
  candidate: Candidate,
): Promise<{ dialog: Dialog } | { skipped: SkippedWord; hasFailed: boolean }> {
  const { store, prompts, clock, events, checkDialog } = deps;
  const { lease, progress, learner } = request;
  const { profile } = progress;
  const { word, history } = candidate;
  const skip = (reason: SkipReason, message: string | null, hasFailed = true) => ({
    skipped: { word, reason, message },
    hasFailed,
  });
  if (history.hasUnusedDialog) return skip('HAS_UNUSED_DIALOG', null, false);
  if (!(await isStillTaught(deps, progress, word))) {
    return skip('TAKEN_ELSEWHERE', 'The word is no longer being taught.', false);
  }
  const { version, trial } = await prompts.draw();
  const style = learner.nextStyle(profile, candidate);
  const { known } = learner;
  const { nextNumber: number, recent: earlier } = history;
  const dialogRequest = {
    profile,
    word,
    number,
    earlier,
    version,
    style,
    known,
    ...learner.examples(profile),
  };
  const written = await writeDraft(deps, request, dialogRequest);
  if ('refusal' in written) return skip('GENERATION_FAILED', written.refusal);
  const dialog: Dialog = {
    id: dialogId(word, number),
    profileId: profile.id,
    wordId: word.id,
    turns: written.draft.turns.map((turn) => ({ ...turn, audio: null })),
    isUsed: false,
    usedAt: null,
    refVoiceId: profile.refVoiceId,
    generator: version,
    style,
    selfCheck: checkDialog(written.draft, word, profile.targetLanguage, known),
    trial,
    review: null,
    createdAt: progress.nextCreation(clock.now()),
  };
  if (!(await store.createDialog(dialog, lease))) {
    // If the profile was deleted meanwhile, no dialog of the words to come could be stored.
    await existingProfile(store, profile.id);
    return skip('TAKEN_ELSEWHERE', 'Another caller was faster, or the word is no longer being taught.');
  }
  events.publish({ type: 'dialogStored', profile, dialog });
  return { dialog };
}

/**
 * Whether a dialog of the word can still be stored. The candidates were read before the first call, and the word may
 * have been learned or removed since. If a word changes while its dialog is being written, the call is paid for nevertheless.
 */
async function isStillTaught({ store }: GenerationDeps, progress: Progress, word: Word): Promise<boolean> {
  // The first calls begin as soon as their words were read. A generator without paid calls wastes nothing.
  if (progress.calls.length === 0) return true;
  const [present = null] = await store.words([{ profileId: progress.profile.id, wordId: word.id }]);
  return present !== null && present.state !== 'learned';
}

/** @returns a draft that may be stored, or why there is none for this word, in words for people */
async function writeDraft(
  { generator, log }: GenerationDeps,
  { lease, stopping, progress, budget, onCall }: GenerationRequest,
  dialogRequest: DialogRequest,
): Promise<{ draft: Draft } | { refusal: string }> {
  const where = { profileId: progress.profile.id, wordId: dialogRequest.word.id };
  try {
    const draft = await generator.generate(dialogRequest, {
      // Reading `lost` checks the clock. A process that was suspended finds out here that it has lost the lease.
      get signal() {
        return lease.lost.aborted ? lease.lost : stopping;
      },
      reserveCall: () => budget.reserve(),
      onCall,
      onUnpaidCall: () => budget.notPaid(),
    });
    const fault = draftFault(draft, dialogRequest);
    if (fault === null) return { draft };
    throw new WordFailed(`The dialog written for it can't be used: ${fault}.`);
  } catch (error) {
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
