/** The two versions of a prompt that a trial compares: the one in use, and the one that may replace it. */
export const ARMS = ['champion', 'challenger'] as const;
export type Arm = (typeof ARMS)[number];

/** A *running* trial has no result yet. After that it changes no more. */
export const VERDICTS = ['running', 'promoted', 'dropped'] as const;
export type Verdict = (typeof VERDICTS)[number];

/** The rewards of the dialogs of one arm. */
export interface ArmRewards {
  readonly count: number;
  /** 0 to 1; 0 if there are none. */
  readonly mean: number;
  /** The sum of squared deviations from the mean. */
  readonly squares: number;
}

/** A comparison of two versions of a prompt by the rewards of their dialogs, over all profiles. */
export type Trial = Readonly<Record<Arm, ArmRewards>> & { readonly verdict: Verdict };
