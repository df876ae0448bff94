import type { KeptLease } from '../concurrency/lease-keeper.ts';
import type { Dialog } from '../model/dialog.ts';
import type { Usage } from '../model/spend.ts';
import type { Word } from '../model/word.ts';
import { existingProfile } from '../ports/existing-profile.ts';
import type { TopUpEnd } from './callers.ts';
import { DailyCallBudget } from './daily-call-budget.ts';
import { generateDialogs } from './generate-dialogs.ts';
import { Learner } from './learner.ts';
import { type Observation, planPass } from './plan-pass.ts';
import { type Count, type Observed, PoolCount } from './pool-count.ts';
import type { TopUpDeps } from './top-up-deps.ts';
import { TopUpTurn, type WaitingTopUp } from './top-up-turn.ts';
import { WordWalk } from './word-walk.ts';

/** A top-up that has not begun. Once `stopping` is aborted, it begins no further word. */
export interface TopUpOrder extends WaitingTopUp {
  /** Called before words are tried of which one has no unused dialog. Must not throw. */
  readonly onWork: () => void;
}

/** What is read for a walk over the words of a profile. */
interface Reading {
  readonly walk: WordWalk;
  /** The first words of the walk. */
  readonly words: Promise<Word[]>;
  readonly learner: Promise<Learner>;
}

/**
 * Tops up a pool that has too few unused dialogs, under the lease of its profile. It is level-triggered (rule 2): each
 * pass surveys the store, creates what is missing and counts again, until the callers' present minimum is reached. A
 * word gets at most one dialog per top-up, unless newcomers ask for more. This bounds the top-up even if others claim
 * dialogs as fast as it creates them.
 */
export class TopUp {
  readonly #tools: TopUpDeps;
  readonly #order: TopUpOrder;
  readonly #pool: PoolCount;
  readonly #turn: TopUpTurn;
  readonly #budget: DailyCallBudget;
  /** Aborted if the target has become smaller: the pass then begins no further word. */
  #interrupted = new AbortController();
  #released: Promise<void> = Promise.resolve();
  /** The counts at the first survey of the present walk. */
  #walkBegan = { unusedTotal: 0, created: 0 };
  #wasLastWalkIdle = false;

  constructor(tools: TopUpDeps, order: TopUpOrder) {
    this.#tools = tools;
    this.#order = order;
    this.#pool = new PoolCount({ ...tools, ...order });
    this.#turn = new TopUpTurn(tools, order, this.#pool);
    this.#budget = new DailyCallBudget(tools, order.progress);
  }

  /** To be read after `run` has settled. Resolves when the lease is released and nothing is under way. Never rejects. */
  get released(): Promise<void> {
    return this.#released;
  }

  /** @throws {ProfileNotFound | StoreUnavailable} with everything made so far kept */
  async run(): Promise<TopUpEnd> {
    const { store, prompts } = this.#tools;
    const { progress, previous } = this.#order;
    const early = await this.#turn.afterPrevious();
    if (early !== null) return early;
    // The profile may have been changed while the previous top-up ran.
    if (previous !== null) progress.profile = await existingProfile(store, progress.profile.id);
    prompts.refresh();
    for (let isFirst = true; ; isFirst = false) {
      // Reading needs no lease. Doing it while the lease is being taken saves two round trips.
      const reading = this.#read();
      const lease = await this.#turn.takeLease();
      if ('outcome' in lease) return lease;
      progress.begin();
      try {
        // The profile and the words may have changed while the lease was waited for.
        const isLate = lease.waited || !isFirst;
        if (isLate) progress.profile = await existingProfile(store, progress.profile.id);
        const end = await this.#runPasses(lease, isLate ? this.#read() : reading);
        if (end !== null) return end;
      } finally {
        this.#released = this.#release(lease);
      }
      // The lease was lost, and its new owner tops up the pool. Wait for it, and observe again from the first word on.
      await this.#released;
    }
  }

  async #release(lease: KeptLease): Promise<void> {
    await Promise.all([this.#pool.settled(), this.#budget.settled()]);
    await lease.release();
  }

  /** To be called when a caller has joined. Returns at once and never throws. */
  demandChanged(): void {
    this.#pool.countIfDue();
  }

  /** To be called when a caller has withdrawn. The present pass ends, and the next one is planned for the others. */
  demandReduced(): void {
    this.#interrupted.abort();
  }

  /** Begins a walk, and to read its first words and what is known of the learner. */
  #read(): Reading {
    const { callers, progress } = this.#order;
    // The words are asked for first, because the survey of their dialogs waits for them.
    const learner = Promise.resolve().then(() => Learner.read(this.#tools, progress.profile.id));
    // A dialog that a word got before newcomers asked may have been claimed before that. Idle walks do not count either.
    if (callers.hasNewcomers) {
      progress.allowAgain();
      this.#wasLastWalkIdle = false;
    }
    callers.walkBegan();
    const walk = new WordWalk(this.#tools, progress.profile, learner);
    const words = walk.next(callers.target);
    // Without the lease, nothing awaits the result. Its error must not count as unhandled then.
    for (const promise of [words, learner]) promise.catch(() => undefined);
    return { walk, words, learner };
  }

  /** Runs passes until there is a reason to stop. @returns null if the lease was lost */
  async #runPasses(lease: KeptLease, reading: Reading): Promise<TopUpEnd | null> {
    const { callers, progress, stopping } = this.#order;
    let { walk } = reading;
    const words = await this.#nextWords(walk, reading.words);
    // If the store refuses writes, the top-up fails before it pays for anything.
    const writable = words.length > 0 ? this.#tools.store.checkWritable(progress.profile.id) : null;
    let [observed, learner] = await Promise.all([this.#pool.survey(words), reading.learner, writable]);
    this.#walkBegan = { unusedTotal: observed.unusedTotal, created: progress.created.length };
    let obstacle: Observation['obstacle'] = null;
    /** Tried when the walk has no other words. */
    const postponed: Word[] = [];
    for (;;) {
      if (stopping.aborted) obstacle ??= 'GENERATOR_UNAVAILABLE';
      const plan = planPass({ ...observed, min: callers.target, obstacle });
      if ('stop' in plan) {
        if (plan.stop === 'WORDS_EXHAUSTED' && this.#isWorthAnotherWalk(observed.unusedTotal)) {
          const again = this.#read();
          walk = again.walk;
          observed = await this.#observe(await this.#nextWords(walk, again.words));
          learner = await again.learner;
          this.#walkBegan = { unusedTotal: observed.unusedTotal, created: progress.created.length };
          continue;
        }
        if (this.#pool.isFresh(observed)) return this.#end(observed, plan.stop);
        observed = await this.#observeNext(walk, postponed, observed);
        continue;
      }
      if (plan.candidates.some(({ history }) => !history.hasUnusedDialog)) this.#order.onWork();
      this.#interrupted = new AbortController();
      const createdBefore = progress.created.length;
      const made = await generateDialogs(this.#tools, {
        ...plan,
        lease,
        stopping,
        interrupted: this.#interrupted.signal,
        progress,
        budget: this.#budget,
        learner,
        onCall: (usage) => this.#called(usage),
        onCreated: (dialog) => this.#created(dialog),
      });
      if (made.leaseLost) return null;
      if (made.generatorFailed) obstacle = 'GENERATOR_UNAVAILABLE';
      else if (made.budgetExhausted) obstacle = 'BUDGET_EXHAUSTED';
      await this.#pool.settled();
      // If the pass has created too few, further words are needed. Drawing them meanwhile saves a round trip.
      const isShort = progress.created.length - createdBefore < plan.missing;
      const needsWords = isShort && made.untried.length === 0 && obstacle === null;
      const drawing = needsWords ? walk.drawAhead(callers.target) : null;
      const [count] = await Promise.all([this.#pool.count(), drawing]);
      observed = { ...count, candidates: made.untried };
      postponed.push(...made.postponed.map(({ word }) => word));
      if (count.unusedTotal >= callers.target || obstacle !== null || stopping.aborted) continue;
      observed = await this.#observeNext(walk, postponed, observed);
    }
  }

  /** Answers the callers. No caller can join from then on. */
  #end({ unusedTotal }: Count, outcome: TopUpEnd['outcome']): TopUpEnd {
    const end = { unusedTotal, outcome };
    this.#order.callers.ended(end);
    return end;
  }

  /** @param words the next words of the walk, if they have been asked for already */
  async #nextWords(walk: WordWalk, words?: Promise<Word[]>): Promise<Word[]> {
    const { callers, progress } = this.#order;
    for (let drawn = await (words ?? walk.next(callers.target)); ; drawn = await walk.next(callers.target)) {
      const untried = drawn.filter((word) => progress.mayTry(word, callers.retry));
      if (untried.length > 0 || drawn.length === 0) return untried;
    }
  }

  /** Whether another walk may find words to try, although every word of this walk was tried. */
  #isWorthAnotherWalk(unusedTotal: number): boolean {
    const { callers, progress } = this.#order;
    const created = progress.created.length - this.#walkBegan.created;
    const isIdle = created === 0;
    // The top-up ends after two walks in a row that created nothing. Each other walk uses up a word.
    const isLast = isIdle && this.#wasLastWalkIdle;
    const claimedMeanwhile = !isLast && unusedTotal < this.#walkBegan.unusedTotal + created;
    this.#wasLastWalkIdle = isIdle;
    if (!callers.hasNewcomers) return claimedMeanwhile;
    // Words may have been added, changed or freed after the walk passed them, but before the newcomers asked.
    callers.walkEnded(unusedTotal, claimedMeanwhile);
    return true;
  }

  /** Observes the candidates that are left, or else the next words of the walk, or else the postponed ones. */
  async #observeNext(walk: WordWalk, postponed: Word[], before: Observed): Promise<Observed> {
    const { candidates } = before;
    let words = candidates.length > 0 ? candidates.map(({ word }) => word) : await this.#nextWords(walk);
    if (words.length === 0) words = postponed.splice(0);
    if (words.length === 0) {
      const count = this.#pool.isFresh(before) ? before : await this.#pool.count();
      return { ...count, candidates: [] };
    }
    return this.#observe(words);
  }

  /** Reads the profile again and surveys the words. */
  async #observe(words: readonly Word[]): Promise<Observed> {
    const { progress } = this.#order;
    const [profile, observed] = await Promise.all([
      existingProfile(this.#tools.store, progress.profile.id),
      this.#pool.survey(words),
    ]);
    progress.profile = profile;
    return observed;
  }

  #called(usage: Usage): void {
    this.#order.progress.addCall(usage);
    this.#budget.paid();
    const { events, generator } = this.#tools;
    const { progress, callers } = this.#order;
    events.publish({ type: 'callPaid', profileId: progress.profile.id, generator: generator.name, usage });
    callers.called(usage);
  }

  #created(dialog: Dialog): void {
    this.#order.progress.addCreated(dialog);
    this.#order.callers.created(dialog);
    this.#pool.countIfDue();
  }
}
