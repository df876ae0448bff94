import type { Dialog } from '../model/dialog.ts';
import type { Usage } from '../ports/generator.ts';
import type { SkippedWord } from './skipped-word.ts';

/** What is wanted of a top-up while it runs: the joint demand of those that wait for it. */
export interface Demand {
  /** The largest minimum that is waited for: so many unused dialogs the pool is to have. It may grow. */
  readonly target: number;
  /** The smallest minimum that is waited for, if it is below the target; else null. */
  readonly next: number | null;
  /** Whether somebody has come since the present walk over the words began, and has words that it passed by. */
  readonly hasNewcomers: boolean;
  /** How many have come so far. */
  readonly arrivals: number;
}

/** Told what a top-up does, as it does it. Its methods return at once and never throw. */
export interface TopUpListener {
  /** A paid call has ended, whatever came of it. */
  called(usage: Usage): void;
  /** A dialog has been stored. */
  created(dialog: Dialog): void;
  /** A word was tried and got no dialog. */
  skipped(word: SkippedWord): void;
  /** So many unused dialogs were counted in the store. @param arrivals how many had come before the count began */
  counted(unusedTotal: number, arrivals: number): void;
  /** A walk over all words begins: it comes to every word that there is now. */
  walkBegan(): void;
  /** Every word of the walk has been tried; another walk follows, for newcomers. */
  walkEnded(unusedTotal: number): void;
  /** Nothing more will be begun, whatever is wanted from now on. */
  ending(): void;
}
