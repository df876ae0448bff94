import type { Profile } from '../model/profile.ts';
import type { TopUpShare } from './callers.ts';
import { JointTopUp } from './joint-top-up.ts';
import type { TopUpDeps } from './top-up.ts';

/** The top-ups of this process. A profile has one at a time, which its callers share. */
export class TopUps {
  readonly #tools: TopUpDeps;
  readonly #stopping: AbortSignal;
  /** The last top-up of each profile, until it has ended. */
  readonly #latest = new Map<string, JointTopUp>();

  /** @param stopping once it is aborted, top-ups begin no further word */
  constructor(tools: TopUpDeps, stopping: AbortSignal) {
    this.#tools = tools;
    this.#stopping = stopping;
  }

  /**
   * Joins the profile's top-up, or begins one. It continues if the caller no longer waits for it.
   * @throws {ProfileNotFound | StoreUnavailable} with everything made so far kept
   */
  ensure(profile: Profile, min: number): Promise<TopUpShare> {
    const latest = this.#latest.get(profile.id);
    if (latest?.isOpen) return latest.join(min);
    const next = new JointTopUp(this.#tools, profile, this.#stopping, latest?.ended ?? Promise.resolve());
    this.#latest.set(profile.id, next);
    void next.ended.then(() => {
      if (this.#latest.get(profile.id) === next) this.#latest.delete(profile.id);
    });
    return next.join(min);
  }

  /** Resolves when no top-up is running. */
  async idle(): Promise<void> {
    while (this.#latest.size > 0) await Promise.all([...this.#latest.values()].map(({ ended }) => ended));
  }
}
