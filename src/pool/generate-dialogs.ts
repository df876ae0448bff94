import { allSettled } from '../concurrency/all-settled.ts';
import { type Dialog, dialogId } from '../model/dialog.ts';
import type { SkipReason } from '../model/skip-reason.ts';
import type { Clock } from '../ports/clock.ts';
import type { CheckDialog } from '../ports/dialog-check.ts';
import type { Events } from '../ports/events.ts';
import { existingProfile } from '../ports/existing-profile.ts';
import { BudgetExhausted, GeneratorFailed } from '../ports/generator.ts';
import { LeaseLost } from '../ports/leases.ts';
import type { Log } from '../ports/log.ts';
import type { PromptChoice } from '../ports/prompt-choice.ts';
import type { Learner, LearnerTools } from './learner.ts';
import type { Candidate } from './plan-pass.ts';
import type { SkippedWord } from './skipped-word.ts';
import { type DraftOptions, taughtWord, writeDraft } from './write-draft.ts';

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
export interface GenerationRequest extends DraftOptions {
  /** How many dialogs to create. Fewer are created if the candidates do not suffice. */
  readonly missing: number;
  /** Tried in this order; one that gets no dialog is replaced by the next. */
  readonly candidates: readonly Candidate[];
  readonly learner: Learner;
  readonly onCreated: (dialog: Dialog) => void;
}

/** How the generation ended. Created dialogs and skipped words are reported while it runs. */
export interface Generated {
  readonly generatorFailed: boolean;
  readonly budgetExhausted: boolean;
  readonly leaseLost: boolean;
  /** Candidates that were not tried. */
  readonly untried: readonly Candidate[];
  /** Candidates that are to be tried after all other words. */
  readonly postponed: readonly Candidate[];
}

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
  /** Candidates whose first call was not made, because they were changed or the top-up was interrupted. */
  const notBegun: Candidate[] = [];
  const postponed: Candidate[] = [];
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
        if ('skipped' in result) request.progress.addSkipped(result.skipped, result.hasFailed);
        else if ('postponed' in result) postponed.push(result.postponed);
        else notBegun.push(result.notBegun);
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
  const untried = [...notBegun, ...candidates.slice(tried)];
  return { generatorFailed, budgetExhausted, leaseLost: leaseLost || lease.lost.aborted, untried, postponed };
}

type Result =
  | { dialog: Dialog }
  | { skipped: SkippedWord; hasFailed: boolean }
  | { postponed: Candidate }
  | { notBegun: Candidate };

async function generateDialog(
  deps: GenerationDeps,
  request: GenerationRequest,
  candidate: Candidate,
): Promise<Result> {
  const { store, prompts, clock, events, checkDialog } = deps;
  const { lease, progress, learner } = request;
  const { profile } = progress;
  const { word, history } = candidate;
  const skip = (reason: SkipReason, message: string | null, hasFailed = true) => ({
    skipped: { word, reason, message },
    hasFailed,
  });
  if (history.hasUnusedDialog) return skip('HAS_UNUSED_DIALOG', null, false);
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
  if ('notPaid' in written) {
    const { notPaid } = written;
    if (notPaid.reason === 'LATER') return { notBegun: { word: notPaid.word, history } };
    if (notPaid.reason === 'POSTPONED') return { postponed: candidate };
    return skip('TAKEN_ELSEWHERE', 'The word is no longer being taught.', false);
  }
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
    createdAt: progress.nextCreation(clock.now(), learner.latestCreation),
  };
  if (!(await store.createDialog(dialog, lease))) {
    // If the profile was deleted meanwhile, no dialog of the words to come could be stored.
    const [present] = await Promise.all([taughtWord(store, word), existingProfile(store, profile.id)]);
    const message = 'Another caller was faster, or the word is no longer being taught.';
    return skip('TAKEN_ELSEWHERE', message, present !== null);
  }
  events.publish({ type: 'dialogStored', profile, dialog });
  return { dialog };
}
