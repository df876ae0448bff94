import { type KeptLease, LeaseAttempts } from '../concurrency/lease-keeper.ts';
import type { Dialog } from '../model/dialog.ts';
import type { Prices, Usage } from '../model/spend.ts';
import type { Word } from '../model/word.ts';
import type { NewId, Random } from '../ports/clock.ts';
import { existingProfile } from '../ports/existing-profile.ts';
import { topUpLeaseKey } from '../ports/leases.ts';
import type { Callers, TopUpEnd } from './callers.ts';
import { type GenerationDeps, generateDialogs } from './generate-dialogs.ts';
import { planPass } from './plan-pass.ts';
import { type Count, type Observed, PoolCount } from './pool-count.ts';
import type { Progress } from './progress.ts';
import { WordWalk } from './word-walk.ts';

/** What topping up needs. */
export interface TopUpDeps extends GenerationDeps {
  /** Null where none are configured. */
  readonly prices: Prices | null;
  readonly random: Random;
  readonly newId: NewId;
}

/** What a top-up is for. */
export interface TopUpOrder {
  /** Of a top-up that has not begun. */
  readonly progress: Progress;
  readonly callers: Callers;
  /** Aborted once the server is stopping: no further word is begun, and another process is not waited for. */
  readonly stopping: AbortSignal;
}

/**
 * Tops up the pool of a profile that was found short, and holds its lease meanwhile. Level-triggered (rule 2): each
 * pass surveys the store, makes what is missing and counts again, until the demand is met as it is by then. A word
 * gets at most one dialog of a top-up, unless newcomers ask for more: that bounds the top-up even while others claim
 * dialogs as fast as they are made.
 */
export class TopUp {
  readonly #tools: TopUpDeps;
  readonly #order: TopUpOrder;
  readonly #pool: PoolCount;
  #released: Promise<void> = Promise.resolve();
  #walk: WordWalk;
  /** What the pool held when the present walk had its first survey. */
  #walkBegan = { unusedTotal: 0, created: 0 };

  constructor(tools: TopUpDeps, order: TopUpOrder) {
    this.#tools = tools;
    this.#order = order;
    this.#walk = this.#newWalk();
    this.#pool = new PoolCount({ ...tools, ...order });
  }

  /** Once `run` has settled: resolves when its lease is given back and nothing is under way. Never rejects. */
  get released(): Promise<void> {
    return this.#released;
  }

  /** @throws {ProfileNotFound | StoreUnavailable} with everything made so far kept */
  async run(): Promise<TopUpEnd> {
    const { store } = this.#tools;
    const { callers, progress } = this.#order;
    for (let isFirst = true; ; isFirst = false) {
      this.#walk = this.#beginWalk();
      // The words are drawn while the lease is being taken: a round trip saved, since drawing needs no lease.
      const drawing = this.#walk.next(callers.target);
      drawing.catch(() => undefined);
      const lease = await this.#takeLease();
      if ('outcome' in lease) return lease;
      try {
        const isLate = lease.waited || !isFirst;
        if (isLate) {
          // What was read before may be long past.
          progress.profile = await existingProfile(store, progress.profile.id);
          this.#walk = this.#beginWalk();
        }
        const words = isLate ? await this.#walk.next(callers.target) : await drawing;
        const end = await this.#runPasses(lease, words);
        if (end !== null) return end;
      } finally {
        this.#released = this.#release(lease);
      }
      // The lease was lost: its new owner is topping up. Wait for it and look again, from the first word on.
      await this.#released;
    }
  }

  async #release(lease: KeptLease): Promise<void> {
    await this.#pool.settled();
    await lease.release();
  }

  /** To be called when the demand has changed. Returns at once and never throws. */
  demandChanged(): void {
    this.#pool.countIfDue();
  }

  /** Waits for the lease. @returns how the top-up ends if the lease is not needed or not to be waited for any more */
  async #takeLease(): Promise<KeptLease | TopUpEnd> {
    const { callers, progress, stopping } = this.#order;
    const attempts = new LeaseAttempts(this.#tools, topUpLeaseKey(progress.profile.id));
    for (;;) {
      const lease = await attempts.take();
      if (lease !== null) return lease;
      // Another process tops the pool up, and what it makes may be enough for those who wait here.
      const count = await this.#pool.count();
      const isEnough = count.unusedTotal >= callers.target && this.#pool.isFresh(count);
      if (isEnough || stopping.aborted) {
        return this.#end(count, isEnough ? 'SATISFIED' : 'GENERATOR_UNAVAILABLE');
      }
      await attempts.pause(stopping);
    }
  }

  /** Passes until there is a reason to stop; null when the lease was lost. */
  async #runPasses(lease: KeptLease, drawn: readonly Word[]): Promise<TopUpEnd | null> {
    const { callers, progress, stopping } = this.#order;
    let words = drawn.filter((word) => progress.mayTry(word));
    if (words.length === 0 && drawn.length > 0) words = await this.#nextWords();
    // A store that refuses writes is found out before anything is paid for.
    const writable = words.length > 0 ? this.#tools.store.checkWritable(progress.profile.id) : null;
    let [observed] = await Promise.all([this.#pool.survey(words), writable]);
    this.#walkBegan = { unusedTotal: observed.unusedTotal, created: progress.created.length };
    let generatorFailed = false;
    for (;;) {
      const canGenerate = !generatorFailed && !stopping.aborted;
      const plan = planPass({ ...observed, min: callers.target, canGenerate });
      if ('stop' in plan) {
        if (plan.stop === 'WORDS_EXHAUSTED' && this.#isWorthAnotherWalk(observed.unusedTotal)) {
          this.#walk = this.#beginWalk();
          observed = await this.#pool.survey(await this.#nextWords());
          this.#walkBegan = { unusedTotal: observed.unusedTotal, created: progress.created.length };
          continue;
        }
        if (this.#pool.isFresh(observed)) return this.#end(observed, plan.stop);
        observed = await this.#observeNext(observed);
        continue;
      }
      const made = await generateDialogs(this.#tools, {
        ...plan,
        lease,
        stopping,
        progress,
        onCall: (usage) => this.#called(usage),
        onCreated: (dialog) => this.#created(dialog),
      });
      if (made.leaseLost) return null;
      ({ generatorFailed } = made);
      await this.#pool.settled();
      const count = await this.#pool.count();
      observed = { ...count, candidates: made.untried };
      if (count.unusedTotal >= callers.target || generatorFailed || stopping.aborted) continue;
      observed = await this.#observeNext(observed);
    }
  }

  /** Answers the callers. No one joins from then on. */
  #end({ unusedTotal }: Count, outcome: TopUpEnd['outcome']): TopUpEnd {
    const end = { unusedTotal, outcome };
    this.#order.callers.ended(end);
    return end;
  }

  #beginWalk(): WordWalk {
    this.#order.callers.walkBegan();
    return this.#newWalk();
  }

  #newWalk(): WordWalk {
    return new WordWalk(this.#tools.store, this.#order.progress.profile.id, this.#tools.random);
  }

  async #nextWords(): Promise<Word[]> {
    const { callers, progress } = this.#order;
    for (;;) {
      const drawn = await this.#walk.next(callers.target);
      const untried = drawn.filter((word) => progress.mayTry(word));
      if (untried.length > 0 || drawn.length === 0) return untried;
    }
  }

  /** Once every word has been tried: whether there may be words to try all the same. */
  #isWorthAnotherWalk(unusedTotal: number): boolean {
    const { callers, progress } = this.#order;
    // Only a walk that made something is worth another: each one then uses up a word, so there is an end to it.
    const created = progress.created.length - this.#walkBegan.created;
    const claimedMeanwhile = created > 0 && unusedTotal < this.#walkBegan.unusedTotal + created;
    if (!callers.hasNewcomers) return claimedMeanwhile;
    // Words may have been added, changed or freed before the newcomers asked, but after the walk came by.
    if (!claimedMeanwhile) callers.walkEnded(unusedTotal);
    progress.allowAgain();
    return true;
  }

  /** Observes anew, with the profile as it is now: the candidates that are left, or the next words of the walk. */
  async #observeNext(before: Observed): Promise<Observed> {
    const { progress } = this.#order;
    const { candidates } = before;
    const words = candidates.length > 0 ? candidates.map(({ word }) => word) : await this.#nextWords();
    if (words.length === 0) {
      const count = this.#pool.isFresh(before) ? before : await this.#pool.count();
      return { ...count, candidates: [] };
    }
    const [profile, observed] = await Promise.all([
      existingProfile(this.#tools.store, progress.profile.id),
      this.#pool.survey(words),
    ]);
    progress.profile = profile;
    return observed;
  }

  #called(usage: Usage): void {
    this.#order.progress.calls.push(usage);
    const { events, generator } = this.#tools;
    const profileId = this.#order.progress.profile.id;
    events.publish({ type: 'callPaid', profileId, generator: generator.name, usage });
    this.#order.callers.called(usage);
  }

  #created(dialog: Dialog): void {
    this.#order.progress.addCreated(dialog);
    this.#order.callers.created(dialog);
    this.#pool.countIfDue();
  }
}
