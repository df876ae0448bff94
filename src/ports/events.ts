import type { Dialog } from '../model/dialog.ts';
import type { Profile } from '../model/profile.ts';
import type { Spend, Usage } from '../model/spend.ts';
import type { TopUpOutcome } from '../model/top-up-outcome.ts';
import type { Cost } from './work-context.ts';

/** A caller has asked for a top-up, also if the pool turns out to be full. */
export interface TopUpRequested {
  readonly type: 'topUpRequested';
  readonly profile: Profile;
}

/** A paid call of the generator has ended, also if its response is not used. */
export interface CallPaid {
  readonly type: 'callPaid';
  readonly profileId: string;
  /** The name of the generator. */
  readonly generator: string;
  readonly usage: Usage;
}

/** A new dialog is durable in the store. */
export interface DialogStored {
  readonly type: 'dialogStored';
  readonly profile: Profile;
  readonly dialog: Dialog;
}

/** A top-up of a pool that was not full has ended, and nothing of it is under way any more. */
export interface TopUpEnded {
  readonly type: 'topUpEnded';
  readonly profileId: string;
  /** The name of the generator. */
  readonly generator: string;
  /** The largest minimum that a caller asked for. */
  readonly min: number;
  /** `BROKEN_OFF` if it ended with an error. */
  readonly outcome: TopUpOutcome | 'CANCELLED' | 'BROKEN_OFF';
  /** As last counted in the store; null if the top-up was broken off. */
  readonly unusedTotal: number | null;
  readonly created: number;
  readonly skipped: number;
  readonly spend: Spend;
  /** What the top-up has cost at the store, as far as the store reports it. */
  readonly storeCost: Readonly<Cost>;
  /** From the first caller to the last answer, in milliseconds. */
  readonly durationMs: number;
}

/** The record of a top-up was written. */
export interface TopUpRecorded {
  readonly type: 'topUpRecorded';
  readonly profileId: string;
}

/** Dialogs were claimed, marked as used or reviewed, or words or the profile were changed. */
export interface PoolChanged {
  readonly type: 'poolChanged';
  readonly profileId: string;
}

/** A claim was answered without an error, perhaps with no dialog. It changes nothing more than `PoolChanged` has told. */
export interface ClaimAnswered {
  readonly type: 'claimAnswered';
  readonly profileId: string;
  /** How many dialogs the caller got. */
  readonly dialogs: number;
  /** How long it waited after it had found the pool empty, in milliseconds; null if it did not wait. */
  readonly waitedMs: number | null;
}

/** What the pool reports. */
export type TopUpEvent =
  | TopUpRequested
  | CallPaid
  | DialogStored
  | TopUpEnded
  | TopUpRecorded
  | PoolChanged
  | ClaimAnswered;

/** The profile that an event is about. */
export function profileIdOf(event: TopUpEvent): string {
  return 'profile' in event ? event.profile.id : event.profileId;
}

/**
 * Carries what topping up reports to those who listen, within the process. Topping up does not know who they are and
 * never waits for them.
 */
export interface Events {
  /** Calls every listener before it returns, in the order in which they subscribed. Never throws. */
  publish(event: TopUpEvent): void;
  /** Has `listener` called with every event from now on. A listener that throws is logged and does no harm. */
  subscribe(listener: (event: TopUpEvent) => void): void;
}
