import { AsyncResource } from 'node:async_hooks';
import type { Dialog } from '../model/dialog.ts';
import type { Profile } from '../model/profile.ts';
import type { Clock } from '../ports/clock.ts';
import { runWithoutCost } from '../ports/cost.ts';
import type { PoolChanges } from './pool-changes.ts';
import type { TopUps } from './top-ups.ts';
import type { Watcher } from './watcher.ts';

/** How long a claim waits for a dialog, in milliseconds. */
const MAX_WAIT_MS = 30_000;
/** The pause after a full pool gave no dialog to any claim grows from the first to the longest, in milliseconds. */
const PAUSE_MS = { first: 25, longest: 1_000 } as const;

/** What waiting for dialogs depends on. */
interface ClaimQueuesDeps {
  readonly clock: Clock;
  readonly changes: PoolChanges;
  readonly topUps: TopUps;
  readonly stopping: AbortSignal;
}

interface WaitingClaim {
  /** Tries to claim. */
  readonly take: () => Promise<Dialog[]>;
  readonly answer: (dialogs: Dialog[]) => void;
  readonly fail: (error: unknown) => void;
  isTrying: boolean;
  hasExpired: boolean;
}

/** The waiting claims of a profile, in the order in which they came. */
interface Queue {
  /** As the last claim read it. */
  profile: Profile;
  readonly claims: Set<WaitingClaim>;
  readonly watcher: Watcher;
  /** The next pause. */
  pauseMs: number;
}

/**
 * Claims that wait for a pool to be topped up, in one queue for each profile. `Claims` decides which claims wait. Only the
 * first claim of a profile tries, once for each change of the pool, and the next one follows when it is answered. The
 * calls of the store therefore grow with the claims, and not with their square.
 */
export class ClaimQueues {
  readonly #deps: ClaimQueuesDeps;
  readonly #queues = new Map<string, Queue>();

  constructor(deps: ClaimQueuesDeps) {
    this.#deps = deps;
  }

  /**
   * Waits until `take` returns a dialog, until a top-up that began after this call has created none, until the server
   * stops, or for 30 seconds. `take` is never called twice at the same time.
   * @param caller whose limit of watchers the claim counts against
   * @returns what `take` returned last
   * @throws what `take` throws, and {ProfileNotFound | StoreUnavailable | TooManyRequests}
   */
  async wait(profile: Profile, caller: string | null, take: () => Promise<Dialog[]>): Promise<Dialog[]> {
    const { clock, changes } = this.#deps;
    // It counts against the limits of the process and of the caller. The queue has a watcher of its own.
    const place = changes.watch(profile.id, caller);
    const answered = new AbortController();
    try {
      return await new Promise((answer, fail) => {
        // The cost of trying and what it logs belong to the request of this claim.
        const own = AsyncResource.bind(take);
        const claim = { take: own, answer, fail, isTrying: false, hasExpired: false };
        const { claims, watcher } = this.#join(profile, claim);
        void clock.sleep(MAX_WAIT_MS, answered.signal).then(() => {
          claim.hasExpired = true;
          if (claim.isTrying || !claims.delete(claim)) return;
          answer([]);
          // If nobody is left, nothing watches the pool any more.
          watcher.notify();
        });
      });
    } finally {
      answered.abort();
      place.end();
    }
  }

  #join(profile: Profile, claim: WaitingClaim): Queue {
    const present = this.#queues.get(profile.id);
    if (present) {
      present.profile = profile;
      present.claims.add(claim);
      // The pool may have changed since this claim found it empty, and before it joined.
      present.watcher.notify();
      return present;
    }
    const watcher = this.#deps.changes.observe(profile.id);
    const queue = { profile, claims: new Set([claim]), watcher, pauseMs: PAUSE_MS.first };
    this.#queues.set(profile.id, queue);
    void runWithoutCost(() => this.#serve(queue));
    return queue;
  }

  /** Has the pool topped up until every claim of the queue is answered. Never rejects. */
  async #serve(queue: Queue): Promise<void> {
    try {
      while (queue.claims.size > 0) await this.#serveOnce(queue);
    } catch (error) {
      for (const { fail } of queue.claims) fail(error);
    } finally {
      queue.watcher.end();
      this.#queues.delete(queue.profile.id);
    }
  }

  /** Has the pool topped up once. Answers the claims that get a dialog, and all earlier ones if no dialog will come. */
  async #serveOnce(queue: Queue): Promise<void> {
    const { topUps, stopping } = this.#deps;
    const { profile, claims, watcher } = queue;
    const early = [...claims];
    let hasEnded = false;
    const end = topUps.ensureOne(profile).finally(() => {
      hasEnded = true;
      watcher.notify();
    });
    end.catch(() => undefined);
    let isLast = false;
    while (!hasEnded && !isLast && claims.size > 0) {
      isLast = (await watcher.next()).done === true;
      await handOut(claims);
    }
    if (claims.size === 0) return;
    if (isLast || stopping.aborted) return answerWithNothing(claims, [...claims]);
    const { outcome } = await end;
    if (outcome === 'SATISFIED') {
      if (early.some((claim) => !claims.has(claim))) queue.pauseMs = PAUSE_MS.first;
      else await this.#pause(queue);
      return;
    }
    await handOut(claims);
    answerWithNothing(claims, early);
  }

  /**
   * Waits after the pool had enough dialogs and no claim got one: others have claimed them all before, or none of them can
   * be claimed, because their documents are too large to be changed.
   */
  async #pause(queue: Queue): Promise<void> {
    const { clock, stopping } = this.#deps;
    await clock.sleep(queue.pauseMs, stopping);
    queue.pauseMs = Math.min(queue.pauseMs * 2, PAUSE_MS.longest);
  }
}

/** Lets one claim after the other try, until one gets nothing. */
async function handOut(claims: Set<WaitingClaim>): Promise<void> {
  for (const claim of claims) {
    claim.isTrying = true;
    try {
      const dialogs = await claim.take();
      claim.isTrying = false;
      if (dialogs.length === 0 && !claim.hasExpired) return;
      claim.answer(dialogs);
    } catch (error) {
      claim.fail(error);
    }
    claims.delete(claim);
  }
}

function answerWithNothing(claims: Set<WaitingClaim>, some: readonly WaitingClaim[]): void {
  for (const claim of some) if (claims.delete(claim)) claim.answer([]);
}
