import type { TopUpOutcome } from '../model/top-up-outcome.ts';
import type { Usage } from './generator.ts';

/** Counts what an operator watches over time: paid calls, and what they result in. */
export interface Meter {
  /** A paid call of a generator has ended. */
  called(generator: string, usage: Usage): void;
  /** A top-up of a pool that was not full has ended. `BROKEN_OFF` means that it ended with an error. */
  toppedUp(generator: string, outcome: TopUpOutcome | 'BROKEN_OFF', created: number): void;
}
