/** How the top-ups of a server that stops are ended, in two steps. */
export interface Stopping {
  /** Once it is aborted, no further word is tried and no other process is waited for. Calls under way are waited for. */
  readonly windDown: AbortSignal;
  /** Once it is aborted, calls under way are given up too, although they may be paid for. */
  readonly giveUp: AbortSignal;
}
