import { ProfileNotFound } from '../model/errors.ts';
import type { Profile } from '../model/profile.ts';
import type { TopUpRecord } from '../model/top-up-record.ts';
import type { TopUpEnd, TopUpShare } from './callers.ts';
import { FailedWords } from './failed-words.ts';
import { JointTopUp, type JointTopUpDeps } from './joint-top-up.ts';

/** The top-ups of this process. A profile has one at a time, which its callers share. */
export class TopUps {
  readonly #deps: JointTopUpDeps;
  readonly #stopping: AbortSignal;
  /** The last top-up of each profile, until it has ended. */
  readonly #latest = new Map<string, JointTopUp>();

  /** @param stopping once it is aborted, top-ups begin no further word */
  constructor(deps: Omit<JointTopUpDeps, 'failedWords'>, stopping: AbortSignal) {
    this.#deps = { ...deps, failedWords: new FailedWords(deps.clock) };
    this.#stopping = stopping;
  }

  /**
   * Joins the profile's top-up, or begins one. It continues if the caller no longer waits for it.
   * @throws {ProfileNotFound | StoreUnavailable} with everything made so far kept
   */
  ensure(profile: Profile, min: number): Promise<TopUpShare> {
    return this.#openTopUp(profile).join(min, { readsReport: true, retry: 'AT_ONCE' });
  }

  /**
   * Has the pool topped up to `minDialogs` and at least one dialog, as by `startAutomatically`, so that it can be cancelled.
   * @returns how the top-up ended for a caller that waits for one dialog
   * @throws {ProfileNotFound | StoreUnavailable} with everything made so far kept
   */
  async ensureOne(profile: Profile): Promise<TopUpEnd> {
    void this.startAutomatically(profile, Math.max(1, profile.minDialogs));
    return this.#openTopUp(profile).join(1, { readsReport: false, retry: 'SOON' });
  }

  /**
   * Joins the profile's top-up, or begins one, without waiting for its end.
   * @param unusedTotal as it was just counted in the store
   * @returns its record
   * @throws {ProfileNotFound | StoreUnavailable} if it could not be recorded
   */
  async start(profile: Profile, min: number, unusedTotal: number): Promise<TopUpRecord> {
    const topUp = this.#openTopUp(profile);
    const { isRecorded } = topUp;
    const first = await topUp.joinInBackground(min, unusedTotal);
    // It was stored just now, or by an attempt whose response was lost.
    const [present] = isRecorded
      ? await this.#deps.store.topUpRecords([{ profileId: profile.id, topUpId: topUp.id }])
      : [first];
    if (!present) throw new ProfileNotFound(profile.id);
    if (!present.cancelRequested && present.state !== 'lost') return present;
    // Another process was asked to cancel it, and this one has not seen that yet: it would end for this caller too. Or
    // another process took it for lost, because it could not write its record for a while: nobody could watch it.
    topUp.withdraw();
    return this.start(profile, min, unusedTotal);
  }

  /**
   * Joins the profile's top-up, or begins one, for nobody in particular. A failure is logged only. While nobody else asks
   * for the top-up, it leaves out words for which no dialog could be written a while ago.
   * @returns how it ended for this minimum; for others it may go on. Null if it was broken off or cancelled. Never rejects
   */
  startAutomatically(profile: Profile, min: number): Promise<TopUpEnd | null> {
    return this.#openTopUp(profile).joinAutomatically(min);
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
    if (latest?.isOpen) {
      this.#deps.traces.joined(latest.id);
      return latest;
    }
    const next = new JointTopUp(this.#deps, profile, this.#stopping, latest?.ended ?? null);
    this.#latest.set(profile.id, next);
    void next.ended.then(() => {
      if (this.#latest.get(profile.id) === next) this.#latest.delete(profile.id);
    });
    return next;
  }
}
