const DAY_MS = 24 * 60 * 60 * 1000;
const DAY = /^\d{4}-\d\d-\d\d$/;

/** The UTC day of a date, as `YYYY-MM-DD`. Days sort as texts. The year has four digits. */
export function utcDay(date: Date): string {
  return date.toISOString().slice(0, 10);
}

/** The UTC day that is the given number of days before another one. @throws {TypeError} if `day` is no day of the form `YYYY-MM-DD` */
export function daysBefore(day: string, days: number): string {
  const start = DAY.test(day) ? Date.parse(`${day}T00:00:00Z`) : Number.NaN;
  if (Number.isNaN(start)) throw new TypeError(`${JSON.stringify(day.slice(0, 20))} is no day`);
  return utcDay(new Date(start - days * DAY_MS));
}
