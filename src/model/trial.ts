/** The two versions of a prompt that a trial compares: the one in use, and the one that may replace it. */
export const ARMS = ['champion', 'challenger'] as const;
export type Arm = (typeof ARMS)[number];

/** A *running* trial has no result yet. After that it changes no more. A *cancelled* one ended without a result. */
export const VERDICTS = ['running', 'promoted', 'dropped', 'cancelled'] as const;
export type Verdict = (typeof VERDICTS)[number];

/** The rewards of the dialogs of one arm. */
export interface ArmRewards {
  readonly count: number;
  /** 0 to 1; 0 if there are none. */
  readonly mean: number;
  /** The sum of squared deviations from the mean. */
  readonly squares: number;
}

/** The rewards of the dialogs of a trial. */
export type TrialRewards = Readonly<Record<Arm, ArmRewards>>;

/** A comparison of two versions of a prompt by the rewards of their dialogs, over all profiles. */
export type Trial = TrialRewards & { readonly verdict: Verdict };

/** What the rewards of a trial say so far. It is recorded with the verdict. */
export interface Evidence {
  /** The mean reward of the challenger minus that of the champion. */
  readonly difference: number;
  /** The standard error of the difference. */
  readonly error: number;
  /**
   * How much better the rewards fit a challenger that is better than one that is equal: a likelihood ratio. It reaches
   * 50 for at most 2 % of challengers that are not better, however often one looks.
   */
  readonly better: number;
  /** The same for a challenger that is worse. */
  readonly worse: number;
}

/** The part of a dialog in a trial. */
export interface DialogTrial {
  /** Identifies the trial. It is the version of the challenger, because no version is tried twice. */
  readonly id: string;
  /** The arm for which the dialog was drawn, and whose version of the prompt wrote it. */
  readonly arm: Arm;
}

/** The most trials of which a profile keeps the rewards. */
export const MOST_TRIALS = 10;

/** What the reviewed dialogs of one profile add to a trial. */
export interface ProfileTrialRewards extends TrialRewards {
  /** The id of the trial. */
  readonly trial: string;
}
