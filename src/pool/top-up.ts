import { type KeptLease, keepLease } from '../concurrency/lease-keeper.ts';
import type { Profile } from '../model/profile.ts';
import type { TopUpOutcome } from '../model/top-up-outcome.ts';
import type { Word } from '../model/word.ts';
import type { NewId, Random } from '../ports/clock.ts';
import { existingProfile } from '../ports/existing-profile.ts';
import type { Meter } from '../ports/meter.ts';
import { type GenerationDeps, generateDialogs } from './generate-dialogs.ts';
import { type Candidate, planPass } from './plan-pass.ts';
import type { Progress } from './progress.ts';
import type { Prices } from './spend.ts';
import { WordWalk } from './word-walk.ts';

/** What topping up needs. */
export interface TopUpDeps extends GenerationDeps {
  readonly meter: Meter;
  /** Null where none are configured. */
  readonly prices: Prices | null;
  readonly random: Random;
  readonly newId: NewId;
}

/** What a top-up is to do. */
export interface TopUpRequest {
  readonly profile: Profile;
  readonly min: number;
  /** Whether further words may be tried: no once the server is stopping. */
  readonly mayBegin: () => boolean;
}

/** How a top-up ended. */
export interface TopUpEnd {
  /** Counted in the store after the last creation (rule 7). */
  readonly unusedTotal: number;
  readonly outcome: TopUpOutcome;
  /** The profile that the last dialogs were made for: it may have been changed since the top-up was asked for. */
  readonly profile: Profile;
}

/**
 * Tops up the pool of a profile that was found short, and holds its lease meanwhile. Level-triggered (rule 2): each
 * pass surveys the store, makes what is missing and counts again. A word gets at most one dialog of a top-up, which
 * bounds the top-up even while others claim dialogs as fast as they are made.
 *
 * @param progress is told of every dialog, word and call as they come
 * @throws {ProfileNotFound | StoreUnavailable} with everything made so far kept
 */
export async function topUp(tools: TopUpDeps, order: TopUpRequest, progress: Progress): Promise<TopUpEnd> {
  const { store, random } = tools;
  const { min, mayBegin } = order;
  let { profile } = order;
  for (;;) {
    // The words are drawn while the lease is being taken: a round trip saved, since drawing needs no lease.
    let walk = new WordWalk(store, profile.id, random);
    const drawing = walk.next(min);
    drawing.catch(() => undefined);
    const lease = await keepLease(tools, profile.id, mayBegin);
    if (lease === null) {
      // The server is stopping, and another process is at work on this pool.
      const unusedTotal = await store.unusedTotal(profile.id);
      return { unusedTotal, outcome: unusedTotal >= min ? 'SATISFIED' : 'GENERATOR_UNAVAILABLE', profile };
    }
    try {
      if (lease.waited) {
        // What was read before the wait may be long past.
        profile = await existingProfile(store, profile.id);
        walk = new WordWalk(store, profile.id, random);
      }
      const words = lease.waited ? await walk.next(min) : await drawing;
      const end = await runPasses(tools, { profile, min, mayBegin, walk, lease, progress }, words);
      if (end !== null) return { ...end, profile };
    } finally {
      await lease.release();
    }
    // The lease was lost: whoever has it now is topping up. Wait for it and look again.
  }
}

interface Run extends TopUpRequest {
  /** Already begun with the words given. */
  readonly walk: WordWalk;
  readonly lease: KeptLease;
  readonly progress: Progress;
}

/** Passes until there is a reason to stop; null when the lease was lost. */
async function runPasses(
  tools: TopUpDeps,
  { profile, min, mayBegin, walk: firstWalk, lease, progress }: Run,
  firstWords: readonly Word[],
): Promise<Pick<TopUpEnd, 'unusedTotal' | 'outcome'> | null> {
  let walk = firstWalk;
  let words = firstWords.filter((word) => progress.mayTry(word));
  // A store that refuses writes is found out before anything is paid for.
  const writable = words.length > 0 ? tools.store.checkWritable() : null;
  let [{ unusedTotal, candidates }] = await Promise.all([survey(words), writable]);
  let generatorFailed = false;
  let walkBegan = { unusedTotal, created: progress.created.length };
  for (;;) {
    const plan = planPass({ min, unusedTotal, canGenerate: !generatorFailed && mayBegin(), candidates });
    if ('stop' in plan) return { unusedTotal, outcome: plan.stop };
    const made = await generateDialogs(tools, {
      ...plan,
      profile,
      progress,
      mayBegin,
      mayStore: lease.held,
      onCall: (usage) => {
        progress.calls.push(usage);
        tools.meter.called(tools.generator.name, usage);
      },
    });
    generatorFailed = made.generatorFailed;
    if (!lease.held()) return null;
    unusedTotal = await tools.store.unusedTotal(profile.id);
    candidates = [];
    if (unusedTotal >= min || generatorFailed || !mayBegin()) continue;
    words = await nextWords();
    if (words.length === 0 && claimedMeanwhile()) {
      // A word that had an unused dialog when the walk came by may have none now.
      walk = new WordWalk(tools.store, profile.id, tools.random);
      walkBegan = { unusedTotal, created: progress.created.length };
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
    const created = progress.created.length - walkBegan.created;
    return created > 0 && unusedTotal < walkBegan.unusedTotal + created;
  }
}
