import { type KeptLease, LeaseAttempts } from '../concurrency/lease-keeper.ts';
import type { Dialog } from '../model/dialog.ts';
import type { Profile } from '../model/profile.ts';
import type { TopUpOutcome } from '../model/top-up-outcome.ts';
import type { Word } from '../model/word.ts';
import type { NewId, Random } from '../ports/clock.ts';
import { existingProfile } from '../ports/existing-profile.ts';
import type { Usage } from '../ports/generator.ts';
import { topUpLeaseKey } from '../ports/leases.ts';
import type { Meter } from '../ports/meter.ts';
import type { Demand, TopUpListener } from './demand.ts';
import { type GenerationDeps, generateDialogs } from './generate-dialogs.ts';
import { planPass } from './plan-pass.ts';
import { type Observed, PoolCount } from './pool-count.ts';
import { Progress } from './progress.ts';
import type { SkippedWord } from './skipped-word.ts';
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

/** What a top-up is for. */
export interface TopUpOrder {
  readonly profile: Profile;
  readonly demand: Demand;
  readonly listener: TopUpListener;
  /** Aborted once the server is stopping: no further word is begun, and another process is not waited for. */
  readonly stopping: AbortSignal;
}

/** How a top-up ended. */
export interface TopUpEnd {
  /** Counted in the store after the last creation (rule 7). */
  readonly unusedTotal: number;
  readonly outcome: TopUpOutcome;
}

/**
 * Tops up the pool of a profile that was found short, and holds its lease meanwhile. Level-triggered (rule 2): each
 * pass surveys the store, makes what is missing and counts again, until the demand is met as it is by then. A word
 * gets at most one dialog of a top-up, unless newcomers ask for more: that bounds the top-up even while others claim
 * dialogs as fast as they are made.
 */
export class TopUp {
  readonly progress = new Progress();
  readonly #tools: TopUpDeps;
  readonly #order: TopUpOrder;
  readonly #pool: PoolCount;
  #profile: Profile;
  #walk: WordWalk;
  /** What the pool held when the present walk had its first survey. */
  #walkBegan = { unusedTotal: 0, created: 0 };

  constructor(tools: TopUpDeps, order: TopUpOrder) {
    this.#tools = tools;
    this.#order = order;
    this.#profile = order.profile;
    this.#walk = this.#newWalk();
    const { progress } = this;
    this.#pool = new PoolCount({ ...tools, ...order, profileId: order.profile.id, progress });
  }

  /** The profile that the last dialogs were made for: it may have been changed since the top-up was asked for. */
  get profile(): Profile {
    return this.#profile;
  }

  /** @throws {ProfileNotFound | StoreUnavailable} with everything made so far kept */
  async run(): Promise<TopUpEnd> {
    const { store } = this.#tools;
    const { demand } = this.#order;
    for (let isFirst = true; ; isFirst = false) {
      this.#walk = this.#beginWalk();
      // The words are drawn while the lease is being taken: a round trip saved, since drawing needs no lease.
      const drawing = this.#walk.next(demand.target);
      drawing.catch(() => undefined);
      const lease = await this.#takeLease();
      if ('outcome' in lease) return lease;
      try {
        const isLate = lease.waited || !isFirst;
        if (isLate) {
          // What was read before may be long past.
          this.#profile = await existingProfile(store, this.#profile.id);
          this.#walk = this.#beginWalk();
        }
        const words = isLate ? await this.#walk.next(demand.target) : await drawing;
        const end = await this.#runPasses(lease, words);
        if (end !== null) return end;
      } finally {
        await this.#pool.settled();
        await lease.release();
      }
      // The lease was lost: its new owner is topping up. Wait for it and look again, from the first word on.
    }
  }

  /** To be called when the demand has changed. Returns at once and never throws. */
  demandChanged(): void {
    this.#pool.countIfDue();
  }

  /** Waits for the lease. @returns how the top-up ends if the lease is not needed or not to be waited for any more */
  async #takeLease(): Promise<KeptLease | TopUpEnd> {
    const { demand, stopping, listener } = this.#order;
    const attempts = new LeaseAttempts(this.#tools, topUpLeaseKey(this.#profile.id));
    for (;;) {
      const lease = await attempts.take();
      if (lease !== null) return lease;
      // Another process tops the pool up, and what it makes may be enough for those who wait here.
      const unusedTotal = await this.#pool.count();
      const isEnough = unusedTotal >= demand.target && this.#pool.isFresh;
      if (isEnough || stopping.aborted) {
        listener.ending();
        return { unusedTotal, outcome: isEnough ? 'SATISFIED' : 'GENERATOR_UNAVAILABLE' };
      }
      await attempts.pause(stopping);
    }
  }

  /** Passes until there is a reason to stop; null when the lease was lost. */
  async #runPasses(lease: KeptLease, drawn: readonly Word[]): Promise<TopUpEnd | null> {
    const { demand, stopping, listener } = this.#order;
    let words = drawn.filter((word) => this.progress.mayTry(word));
    if (words.length === 0 && drawn.length > 0) words = await this.#nextWords();
    // A store that refuses writes is found out before anything is paid for.
    const writable = words.length > 0 ? this.#tools.store.checkWritable(this.#profile.id) : null;
    let [{ unusedTotal, candidates }] = await Promise.all([this.#pool.survey(words), writable]);
    this.#walkBegan = { unusedTotal, created: this.progress.created.length };
    let generatorFailed = false;
    for (;;) {
      const { target } = demand;
      const canGenerate = !generatorFailed && !stopping.aborted;
      const plan = planPass({ min: target, unusedTotal, canGenerate, candidates });
      if ('stop' in plan) {
        const again = plan.stop === 'WORDS_EXHAUSTED' && this.#isWorthAnotherWalk(unusedTotal);
        if (!again && this.#pool.isFresh) {
          listener.ending();
          return { unusedTotal, outcome: plan.stop };
        }
        if (!again) {
          ({ unusedTotal, candidates } = await this.#observeNext({ unusedTotal, candidates }));
          continue;
        }
        this.#walk = this.#beginWalk();
        ({ unusedTotal, candidates } = await this.#pool.survey(await this.#nextWords()));
        this.#walkBegan = { unusedTotal, created: this.progress.created.length };
        continue;
      }
      const made = await generateDialogs(this.#tools, {
        ...plan,
        profile: this.#profile,
        lease,
        stopping,
        progress: this.progress,
        onCall: (usage) => this.#called(usage),
        onCreated: (dialog) => this.#created(dialog),
        onSkipped: (skipped) => this.#skipped(skipped),
      });
      if (made.leaseLost) return null;
      ({ generatorFailed } = made);
      await this.#pool.settled();
      unusedTotal = await this.#pool.count();
      candidates = made.untried;
      if (unusedTotal >= demand.target || generatorFailed || stopping.aborted) continue;
      ({ unusedTotal, candidates } = await this.#observeNext({ unusedTotal, candidates }));
    }
  }

  #beginWalk(): WordWalk {
    this.#order.listener.walkBegan();
    return this.#newWalk();
  }

  #newWalk(): WordWalk {
    return new WordWalk(this.#tools.store, this.#profile.id, this.#tools.random);
  }

  async #nextWords(): Promise<Word[]> {
    for (;;) {
      const drawn = await this.#walk.next(this.#order.demand.target);
      const untried = drawn.filter((word) => this.progress.mayTry(word));
      if (untried.length > 0 || drawn.length === 0) return untried;
    }
  }

  /** Once every word has been tried: whether there may be words to try all the same. */
  #isWorthAnotherWalk(unusedTotal: number): boolean {
    const { demand, listener } = this.#order;
    // Only a walk that made something is worth another: each one then uses up a word, so there is an end to it.
    const created = this.progress.created.length - this.#walkBegan.created;
    const claimedMeanwhile = created > 0 && unusedTotal < this.#walkBegan.unusedTotal + created;
    if (!demand.hasNewcomers) return claimedMeanwhile;
    // Words may have been added, changed or freed before the newcomers asked, but after the walk came by.
    if (!claimedMeanwhile) listener.walkEnded(unusedTotal);
    this.progress.allowAgain();
    return true;
  }

  /** Observes anew, with the profile as it is now: the candidates that are left, or the next words of the walk. */
  async #observeNext({ unusedTotal, candidates }: Observed): Promise<Observed> {
    const words = candidates.length > 0 ? candidates.map(({ word }) => word) : await this.#nextWords();
    if (words.length === 0) {
      return { unusedTotal: this.#pool.isFresh ? unusedTotal : await this.#pool.count(), candidates: [] };
    }
    const [profile, observed] = await Promise.all([
      existingProfile(this.#tools.store, this.#profile.id),
      this.#pool.survey(words),
    ]);
    this.#profile = profile;
    return observed;
  }

  #called(usage: Usage): void {
    this.progress.calls.push(usage);
    this.#tools.meter.called(this.#tools.generator.name, usage);
    this.#order.listener.called(usage);
  }

  #created(dialog: Dialog): void {
    this.progress.addCreated(dialog);
    this.#order.listener.created(dialog);
    this.#pool.countIfDue();
  }

  #skipped(skipped: SkippedWord): void {
    this.progress.addSkipped(skipped);
    this.#order.listener.skipped(skipped);
  }
}
