import type { Dialog } from '../model/dialog.ts';
import type { Profile } from '../model/profile.ts';
import type { TopUpOutcome } from '../model/top-up-outcome.ts';
import type { Word } from '../model/word.ts';
import { type KeptLease, keepLease } from './lease-keeper.ts';
import { makeDialogs, type SkippedWord, type Workshop } from './make-dialogs.ts';
import { type Candidate, planPass } from './plan-pass.ts';
import type { NewId, Random } from './ports/clock.ts';
import type { Usage } from './ports/generator.ts';
import type { Meter } from './ports/meter.ts';
import { type Prices, type Spend, spendOf } from './spend.ts';
import { WordWalk } from './word-walk.ts';

/** What topping up needs. */
export interface TopUpTools extends Workshop {
  readonly meter: Meter;
  /** Null where none are configured. */
  readonly prices: Prices | null;
  readonly random: Random;
  readonly newId: NewId;
}

/** What a top-up is to do. */
export interface TopUpOrder {
  readonly profile: Profile;
  readonly min: number;
  /** Whether further words may be tried: no once the server is stopping. */
  readonly mayBegin: () => boolean;
}

/** What a top-up did and what the store holds after it. */
export interface TopUp {
  readonly created: readonly Dialog[];
  /** Every word that was tried and got no dialog, with the reason. */
  readonly skipped: readonly SkippedWord[];
  /** Counted in the store after the last creation (rule 7). */
  readonly unusedTotal: number;
  readonly outcome: TopUpOutcome;
  readonly spend: Spend;
}

/**
 * Tops up the pool of a profile that was found short, and holds its lease meanwhile. Level-triggered (rule 2): each
 * pass surveys the store, makes what is missing and counts again. A word gets at most one dialog of a top-up, which
 * bounds the top-up even while others claim dialogs as fast as they are made.
 */
export async function topUp(tools: TopUpTools, { profile, min, mayBegin }: TopUpOrder): Promise<TopUp> {
  const progress = new Progress();
  for (;;) {
    const walk = new WordWalk(tools.store, profile.id, tools.random);
    // The words are drawn while the lease is being taken: a round trip saved, since drawing needs no lease.
    const drawing = walk.next(min);
    drawing.catch(() => undefined);
    const lease = await keepLease(tools, profile.id);
    try {
      if (lease.waited) walk.restart();
      const words = lease.waited ? await walk.next(min) : await drawing;
      const end = await runPasses(tools, { profile, min, mayBegin, walk, lease, progress }, words);
      if (end !== null) return { ...end, ...progress.report(tools.prices) };
    } finally {
      await lease.release();
    }
    // The lease was lost: whoever has it now is topping up. Wait for it and look again.
  }
}

interface Run extends TopUpOrder {
  readonly walk: WordWalk;
  readonly lease: KeptLease;
  readonly progress: Progress;
}

/** Passes until there is a reason to stop; null when the lease was lost. */
async function runPasses(
  tools: TopUpTools,
  { profile, min, mayBegin, walk, lease, progress }: Run,
  firstWords: readonly Word[],
): Promise<{ unusedTotal: number; outcome: TopUpOutcome } | null> {
  let words = firstWords.filter((word) => progress.mayTry(word));
  let { unusedTotal, candidates } = await survey(words);
  let generatorFailed = false;
  let walkBegan = { unusedTotal, created: progress.createdTotal };
  for (;;) {
    const plan = planPass({ min, unusedTotal, canGenerate: !generatorFailed && mayBegin(), candidates });
    if ('stop' in plan) return { unusedTotal, outcome: plan.stop };
    const made = await makeDialogs(tools, {
      ...plan,
      profile,
      mayBegin,
      mayStore: lease.held,
      onCall: (usage) => {
        progress.calls.push(usage);
        tools.meter.called(tools.generator.name, usage);
      },
    });
    progress.add(made);
    generatorFailed = made.generatorFailed;
    if (!lease.held()) return null;
    unusedTotal = await tools.store.unusedTotal(profile.id);
    candidates = [];
    if (unusedTotal >= min || generatorFailed || !mayBegin()) continue;
    words = await nextWords();
    if (words.length === 0 && claimedMeanwhile()) {
      // A word that had an unused dialog when the walk came by may have none now.
      walk.restart();
      walkBegan = { unusedTotal, created: progress.createdTotal };
      words = await nextWords();
    }
    if (words.length > 0) ({ unusedTotal, candidates } = await survey(words));
  }

  async function nextWords(): Promise<Word[]> {
    for (;;) {
      const drawn = await walk.next(min);
      const untried = drawn.filter((word) => progress.mayTry(word));
      if (untried.length > 0 || drawn.length === 0) return untried;
    }
  }

  async function survey(of: readonly Word[]) {
    const seen = await tools.store.survey(
      profile.id,
      of.map((word) => word.id),
    );
    return {
      unusedTotal: seen.unusedTotal,
      candidates: of.flatMap((word, i): Candidate[] => {
        const history = seen.histories[i];
        return history === undefined ? [] : [{ word, history }];
      }),
    };
  }

  /** Only a walk that made something is worth another: each one then uses up a word, so there is an end to it. */
  function claimedMeanwhile(): boolean {
    const created = progress.createdTotal - walkBegan.created;
    return created > 0 && unusedTotal < walkBegan.unusedTotal + created;
  }
}

/** What a top-up has done so far, through all its passes. */
class Progress {
  readonly calls: Usage[] = [];
  readonly #created: Dialog[] = [];
  readonly #skipped = new Map<string, SkippedWord>();
  readonly #settled = new Set<string>();

  get createdTotal(): number {
    return this.#created.length;
  }

  /** A word that got a dialog or failed is not tried again; one that had an unused dialog may have none by now. */
  mayTry(word: Word): boolean {
    return !this.#settled.has(word.id);
  }

  add({ created, skipped }: { created: readonly Dialog[]; skipped: readonly SkippedWord[] }): void {
    for (const dialog of created) {
      this.#created.push(dialog);
      this.#settled.add(dialog.wordId);
      this.#skipped.delete(dialog.wordId);
    }
    for (const skip of skipped) {
      this.#skipped.set(skip.word.id, skip);
      if (skip.reason !== 'HAS_UNUSED_DIALOG') this.#settled.add(skip.word.id);
    }
  }

  report(prices: Prices | null): Pick<TopUp, 'created' | 'skipped' | 'spend'> {
    const skipped = [...this.#skipped.values()];
    return { created: this.#created, skipped, spend: spendOf(this.calls, prices) };
  }
}
