/** Several measurements of one thing. */
export interface Spread {
  readonly min: number;
  readonly median: number;
  readonly max: number;
}

/** @param values at least one */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (index: number) => sorted[index] ?? Number.NaN;
  const middle = (sorted.length - 1) / 2;
  return {
    min: at(0),
    median: (at(Math.floor(middle)) + at(Math.ceil(middle))) / 2,
    max: at(sorted.length - 1),
  };
}

/** The median, with the least and the greatest behind it. */
export function spreadText({ min, median, max }: Spread, digits = 0): string {
  const [least, middle, greatest] = [min, median, max].map((value) => value.toFixed(digits));
  return `${middle} (${least} to ${greatest})`;
}
