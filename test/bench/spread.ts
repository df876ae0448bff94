/** The distribution of several measurements. */
export interface Spread {
  readonly min: number;
  readonly lowerQuartile: number;
  readonly median: number;
  readonly upperQuartile: number;
  readonly p99: number;
  readonly max: number;
}

/** @param values at least one */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  /** Interpolated between the two nearest values. */
  const quantile = (share: number): number => {
    const place = (sorted.length - 1) * share;
    const below = sorted[Math.floor(place)] ?? Number.NaN;
    const above = sorted[Math.ceil(place)] ?? Number.NaN;
    return below + (above - below) * (place % 1);
  };
  return {
    min: quantile(0),
    lowerQuartile: quantile(0.25),
    median: quantile(0.5),
    upperQuartile: quantile(0.75),
    p99: quantile(0.99),
    max: quantile(1),
  };
}

/** The median, followed by the minimum and the maximum. */
export function spreadText({ min, median, max }: Pick<Spread, 'min' | 'median' | 'max'>, digits = 0): string {
  return rangeText([median, min, max], digits);
}

/** The median, followed by the quartiles. */
export function quartilesText({ lowerQuartile, median, upperQuartile }: Spread, digits = 0): string {
  return rangeText([median, lowerQuartile, upperQuartile], digits);
}

function rangeText(values: readonly [middle: number, from: number, to: number], digits: number): string {
  const [middle, from, to] = values.map((value) => value.toFixed(digits));
  return `${middle} (${from} to ${to})`;
}
