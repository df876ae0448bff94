const numbers = (below: number, digits: number) =>
  Array.from({ length: below }, (_, number) => String(number).padStart(digits, '0'));
const TWO = numbers(60, 2);
const THREE = numbers(1000, 3);

/**
 * The text of a date as `toISOString` prints it, in about a third of the time. A page with 50 words and their dialogs has a
 * hundred dates.
 * @throws {RangeError} if the date is invalid
 */
export function dateText(date: Date): string {
  const year = date.getUTCFullYear();
  const hasFourDigits = year >= 1000 && year <= 9999;
  if (!hasFourDigits) return date.toISOString();
  const day = `${year}-${TWO[date.getUTCMonth() + 1]}-${TWO[date.getUTCDate()]}`;
  const minute = `${TWO[date.getUTCHours()]}:${TWO[date.getUTCMinutes()]}`;
  return `${day}T${minute}:${TWO[date.getUTCSeconds()]}.${THREE[date.getUTCMilliseconds()]}Z`;
}
