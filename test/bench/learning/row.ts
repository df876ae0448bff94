/** A line of the table. */
export interface Row {
  readonly what: string;
  readonly measured: string;
  readonly goal: string;
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** A number with its sign. */
export function signed(value: number, digits: number): string {
  return `${value < 0 ? '' : '+'}${value.toFixed(digits)}`;
}

/**
 * The mean of groups that are of fixed size in the population, and in brackets its 95 % interval by the normal
 * approximation: what differs between groups is no chance.
 */
export function intervalText(groups: readonly (readonly number[])[], digits = 4): string {
  const all = groups.flat();
  const middle = mean(all);
  const variance = groups.reduce((sum, group) => {
    const center = mean(group);
    const squares = group.reduce((total, value) => total + (value - center) ** 2, 0);
    return sum + (squares / (group.length - 1)) * group.length;
  }, 0);
  const half = (1.96 * Math.sqrt(variance)) / all.length;
  return `${signed(middle, digits)} (${signed(middle - half, digits)} to ${signed(middle + half, digits)})`;
}
