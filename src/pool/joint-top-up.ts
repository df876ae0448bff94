import type { Profile } from '../model/profile.ts';
import { spendOf } from '../model/spend.ts';
import { type Cost, runWithCost } from '../ports/cost.ts';
import { Callers, type TopUpEnd, type TopUpShare } from './callers.ts';
import { Progress } from './progress.ts';
import { TopUp, type TopUpDeps } from './top-up.ts';

/** A top-up of a profile that callers may join while it runs. */
export class JointTopUp {
  /** Resolves when nothing of it is under way. Callers are answered before that. Never rejects. */
  readonly ended: Promise<void>;
  readonly #tools: TopUpDeps;
  readonly #progress: Progress;
  readonly #callers: Callers;
  readonly #topUp: TopUp;

  /** @param previous resolves when this one may begin */
  constructor(tools: TopUpDeps, profile: Profile, stopping: AbortSignal, previous: Promise<void>) {
    this.#tools = tools;
    this.#progress = new Progress(profile);
    this.#callers = new Callers(this.#progress);
    this.#topUp = new TopUp(tools, { progress: this.#progress, callers: this.#callers, stopping });
    this.ended = previous.then(() => this.#run());
  }

  /** Whether callers may still join. */
  get isOpen(): boolean {
    return this.#callers.isOpen;
  }

  /**
   * Adds a caller. To be called only while `isOpen`.
   * @throws {ProfileNotFound | StoreUnavailable} if the top-up was broken off, with everything made so far kept
   */
  join(min: number): Promise<TopUpShare> {
    const share = this.#callers.join(min);
    this.#topUp.demandChanged();
    return share;
  }

  async #run(): Promise<void> {
    const { clock } = this.#tools;
    const began = clock.monotonic();
    // All callers share the work, so its cost is not added to the request of the first one.
    const cost: Cost = { requests: 0, charge: 0 };
    let end: TopUpEnd | null = null;
    try {
      end = await runWithCost(cost, () => this.#topUp.run());
    } catch (error) {
      this.#callers.failed(error);
    }
    const durationMs = clock.monotonic() - began;
    await this.#topUp.released;
    this.#publishEnd(end, cost, durationMs);
  }

  #publishEnd(end: TopUpEnd | null, storeCost: Cost, durationMs: number): void {
    const { events, generator, prices } = this.#tools;
    const { profile, created, skipped, calls } = this.#progress;
    events.publish({
      type: 'topUpEnded',
      profileId: profile.id,
      generator: generator.name,
      min: this.#callers.largestMin,
      outcome: end?.outcome ?? 'BROKEN_OFF',
      unusedTotal: end?.unusedTotal ?? null,
      created: created.length,
      skipped: skipped.length,
      spend: spendOf(calls, prices),
      storeCost,
      durationMs,
    });
  }
}
