/** The most mistakes that are named at once. */
const MOST_NAMED = 10;

/** The mistakes of a file in one line for its operator: the first ten, and how many more there are. */
export function mistakeList(mistakes: readonly string[]): string {
  const named = mistakes.slice(0, MOST_NAMED);
  const left = mistakes.length - named.length;
  return [...named, ...(left > 0 ? [`and ${left} more`] : [])].join('; ');
}
