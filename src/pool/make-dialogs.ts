import { type Dialog, dialogId } from '../model/dialog.ts';
import { draftFault } from '../model/draft.ts';
import type { Profile } from '../model/profile.ts';
import type { Word } from '../model/word.ts';
import type { Candidate } from './plan-pass.ts';
import type { Clock } from './ports/clock.ts';
import { type DialogGenerator, GeneratorFailed, type Usage, WordFailed } from './ports/generator.ts';
import type { Log } from './ports/log.ts';
import type { Store } from './ports/store.ts';
import type { Voicing } from './voicing.ts';

/** Why a word was tried and got no dialog. */
export type SkipReason = 'HAS_UNUSED_DIALOG' | 'GENERATION_FAILED' | 'TAKEN_ELSEWHERE';

/** A word that was tried and got no dialog. */
export interface SkippedWord {
  readonly word: Word;
  readonly reason: SkipReason;
  /** For people; says nothing secret. */
  readonly message: string | null;
}

/** What making dialogs needs. */
export interface Workshop {
  readonly store: Store;
  readonly generator: DialogGenerator;
  readonly clock: Clock;
  readonly log: Log;
  /** Voices what is stored; null where no voice is configured. */
  readonly voicing: Voicing | null;
}

/** What is to be made, and what it is for. */
export interface Order {
  readonly profile: Profile;
  /** Exactly so many dialogs, or as many as the candidates allow. */
  readonly missing: number;
  /** Tried in this order; one that gets no dialog is replaced by the next. */
  readonly candidates: readonly Candidate[];
  /** Whether further words may be tried. Once it says no, what is under way is finished and stored. */
  readonly mayBegin: () => boolean;
  /** Whether dialogs may still be stored. Once it says no, no word is tried either. */
  readonly mayStore: () => boolean;
  readonly onCall: (usage: Usage) => void;
}

/** What came of it. */
export interface Made {
  readonly created: readonly Dialog[];
  readonly skipped: readonly SkippedWord[];
  readonly generatorFailed: boolean;
}

/**
 * Makes the missing dialogs, as many at once as the generator works on. At no time are more under way than are
 * still missing, so nothing is paid for that is not needed (rule 3). A word that fails is replaced by the next; a
 * generator that fails as a whole ends the work, but what is under way is paid for and therefore kept (rule 6).
 *
 * @throws what the store throws, after everything under way has ended
 */
export async function makeDialogs(workshop: Workshop, order: Order): Promise<Made> {
  const created: Dialog[] = [];
  const skipped: SkippedWord[] = [];
  const queue = order.candidates.values();
  let missing = order.missing;
  let generatorFailed = false;
  let broken = false;

  async function work(): Promise<void> {
    while (missing > 0 && !generatorFailed && !broken && order.mayBegin() && order.mayStore()) {
      const { value: candidate, done } = queue.next();
      if (done) return;
      missing -= 1;
      try {
        const result = await makeDialog(workshop, order, candidate);
        if ('dialog' in result) {
          created.push(result.dialog);
          continue;
        }
        skipped.push(result.skipped);
      } catch (error) {
        if (error instanceof Abandoned) return;
        if (!(error instanceof GeneratorFailed)) {
          broken = true;
          throw error;
        }
        if (!generatorFailed) workshop.log.debug({ err: error }, 'the generator failed as a whole');
        generatorFailed = true;
      }
      missing += 1;
    }
  }

  const workers = Math.min(order.missing, workshop.generator.concurrency);
  const results = await Promise.allSettled(Array.from({ length: workers }, work));
  for (const result of results) if (result.status === 'rejected') throw result.reason;
  return { created, skipped, generatorFailed };
}

/** The right to store dialogs was lost while one was being written. */
class Abandoned extends Error {}

async function makeDialog(
  { store, generator, clock, log, voicing }: Workshop,
  { profile, mayStore, onCall }: Order,
  { word, history }: Candidate,
): Promise<{ dialog: Dialog } | { skipped: SkippedWord }> {
  const skip = (reason: SkipReason, message: string | null) => ({ skipped: { word, reason, message } });
  if (history.hasUnusedDialog) return skip('HAS_UNUSED_DIALOG', null);
  const request = { profile, word, number: history.nextNumber, earlier: history.recent };
  try {
    const draft = await generator.generate(request, { onCall });
    const fault = draftFault(draft, request);
    if (fault !== null) throw new WordFailed(`The dialog written for it can't be used: ${fault}.`);
    if (!mayStore()) throw new Abandoned();
    const dialog: Dialog = {
      id: dialogId(word.id, history.nextNumber),
      profileId: profile.id,
      wordId: word.id,
      turns: draft.turns.map((turn) => ({ ...turn, audio: null })),
      isUsed: false,
      usedAt: null,
      refVoiceId: profile.refVoiceId,
      generator: generator.name,
      createdAt: clock.now(),
    };
    if (!(await store.createDialog(dialog))) return skip('TAKEN_ELSEWHERE', null);
    voicing?.dialogStored(profile, dialog);
    return { dialog };
  } catch (error) {
    if (!(error instanceof WordFailed)) throw error;
    log.warn({ profileId: profile.id, wordId: word.id, err: error }, 'no dialog could be written for a word');
    return skip('GENERATION_FAILED', error.message);
  }
}
