import type { TopUpOutcome } from '../model/top-up-outcome.ts';
import type { Usage } from './generator.ts';

/** Counts what the operator wants to see over time: what is paid for, and what comes of it. */
export interface Meter {
  /** A paid call of a generator has ended. */
  called(generator: string, usage: Usage): void;
  /** A top-up has ended, or was broken off by an error; pools that were found full are not counted. */
  toppedUp(generator: string, outcome: TopUpOutcome | 'BROKEN_OFF', created: number): void;
}
