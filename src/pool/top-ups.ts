import type { Profile } from '../model/profile.ts';
import type { TopUpRecord } from '../model/top-up-record.ts';
import type { TopUpShare } from './callers.ts';
import { JointTopUp, type JointTopUpDeps } from './joint-top-up.ts';

/** The top-ups of this process. A profile has one at a time, which its callers share. */
export class TopUps {
  readonly #deps: JointTopUpDeps;
  readonly #stopping: AbortSignal;
  /** The last top-up of each profile, until it has ended. */
  readonly #latest = new Map<string, JointTopUp>();

  /** @param stopping once it is aborted, top-ups begin no further word */
  constructor(deps: JointTopUpDeps, stopping: AbortSignal) {
    this.#deps = deps;
    this.#stopping = stopping;
  }

  /**
   * Joins the profile's top-up, or begins one. It continues if the caller no longer waits for it.
   * @throws {ProfileNotFound | StoreUnavailable} with everything made so far kept
   */
  ensure(profile: Profile, min: number): Promise<TopUpShare> {
    return this.#openTopUp(profile).join(min);
  }

  /**
   * Joins the profile's top-up, or begins one, without waiting for its end.
   * @returns its record as it was first stored
   * @throws {ProfileNotFound | StoreUnavailable} if it could not be recorded
   */
  start(profile: Profile, min: number): Promise<TopUpRecord> {
    return this.#openTopUp(profile).joinInBackground(min);
  }

  /** Joins the profile's top-up, or begins one. Nobody waits for it, and a failure is logged only. Never throws. */
  startUnseen(profile: Profile, min: number): void {
    this.#openTopUp(profile).joinUnseen(min);
  }

  /** Removes the callers that do not wait, if it is a running top-up of this process. */
  cancel(profileId: string, topUpId: string): void {
    const latest = this.#latest.get(profileId);
    if (latest?.id === topUpId) latest.withdraw();
  }

  /** Resolves when no top-up is running. */
  async idle(): Promise<void> {
    while (this.#latest.size > 0) await Promise.all([...this.#latest.values()].map(({ ended }) => ended));
  }

  #openTopUp(profile: Profile): JointTopUp {
    const latest = this.#latest.get(profile.id);
    if (latest?.isOpen) return latest;
    const next = new JointTopUp(this.#deps, profile, this.#stopping, latest?.ended ?? Promise.resolve());
    this.#latest.set(profile.id, next);
    void next.ended.then(() => {
      if (this.#latest.get(profile.id) === next) this.#latest.delete(profile.id);
    });
    return next;
  }
}
