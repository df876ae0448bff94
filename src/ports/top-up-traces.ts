/** Shows top-ups in traces, if somebody collects traces. */
export interface TopUpTraces {
  /**
   * Runs a top-up. What it does appears below it, and it appears below the request that began it.
   * @param topUpId unique within the process
   * @returns the result of `work`
   */
  run<Result>(topUpId: string, work: () => Promise<Result>): Promise<Result>;
  /** The running request shares a top-up that has begun before. Never throws. */
  joined(topUpId: string): void;
}

/** For a process without traces. */
export const NO_TRACES: TopUpTraces = { run: (_, work) => work(), joined: () => undefined };
