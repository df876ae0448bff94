const DAY_MS = 24 * 60 * 60 * 1000;

const numbers = (below: number, digits: number) =>
  Array.from({ length: below }, (_, number) => String(number).padStart(digits, '0'));
const TWO_DIGITS = numbers(60, 2);
const THREE_DIGITS = numbers(1000, 3);

/** The last day that was printed, by its first millisecond, and the text of its dates up to the hour. */
let day = Number.NaN;
let dayText = '';

/**
 * The text of a date as `toISOString` prints it, in a third of the time if its day is that of the date before. A page
 * with 50 words and their dialogs has a hundred dates.
 * @throws {RangeError} if the date is invalid
 */
export function dateText(date: Date): string {
  const time = date.getTime();
  const ofDay = ((time % DAY_MS) + DAY_MS) % DAY_MS;
  const start = time - ofDay;
  if (start !== day) {
    const text = new Date(start).toISOString();
    dayText = text.slice(0, text.indexOf('T') + 1);
    day = start;
  }
  const seconds = Math.floor(ofDay / 1000);
  const minutes = Math.floor(seconds / 60);
  const hour = TWO_DIGITS[Math.floor(minutes / 60)];
  return `${dayText}${hour}:${TWO_DIGITS[minutes % 60]}:${TWO_DIGITS[seconds % 60]}.${THREE_DIGITS[ofDay % 1000]}Z`;
}
