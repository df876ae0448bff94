/** What may be bound to a statement. The driver aborts the process on booleans, dates and objects. */
export type Bind = string | number | null;

/**
 * A text with a lone surrogate cannot be stored, so no stored text equals it. It is bound as NULL, which equals nothing.
 * In a list for `json_each`, the driver would abort the process.
 */
export function bindable(value: Bind): Bind {
  if (typeof value === 'string') return value.isWellFormed() ? value : null;
  if (value === null || (typeof value === 'number' && Number.isFinite(value))) return value;
  throw new TypeError(`cannot bind ${typeof value} ${String(value)}`);
}

/** Many values as one bind, for `json_each(?)`. A row of values is a list in the list. */
export function listed(values: readonly (Bind | readonly Bind[])[]): string {
  return JSON.stringify(
    values.map((value) =>
      typeof value === 'object' && value !== null ? value.map(bindable) : bindable(value),
    ),
  );
}

/** A text as it is stored and sorted: lone surrogates become the replacement character. */
export function keepable(text: string | null): string | null {
  return text === null ? null : text.toWellFormed();
}
