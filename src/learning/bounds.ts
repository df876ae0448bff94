/** The least and the largest value that something may have. */
export interface Bounds {
  readonly min: number;
  readonly max: number;
}

/** The value, or the bound that is nearest to it. */
export function within(value: number, { min, max }: Bounds): number {
  return Math.min(max, Math.max(min, value));
}
