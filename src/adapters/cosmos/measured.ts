/** A call of a method of the store. */
export interface StoreCall {
  /** The concern of the store, such as `words`. */
  readonly concern: string;
  /** The name of the method. */
  readonly operation: string;
}

/** Runs the work of a call, and measures it. */
export type Measure = <Result>(call: StoreCall, work: () => Promise<Result>) => Promise<Result>;

type Method = (...args: never[]) => Promise<unknown>;

/** The methods of a concern, each of which runs in `measure`. */
export function measured<Methods extends Readonly<Record<keyof Methods, Method>>>(
  concern: string,
  methods: Methods,
  measure: Measure,
): Methods {
  const wrapped = Object.entries<Method>(methods).map(([operation, method]): [string, Method] => [
    operation,
    (...args) => measure({ concern, operation }, () => method(...args)),
  ]);
  return { ...methods, ...Object.fromEntries(wrapped) };
}
