/** Runs a call of the store, and returns or throws what the call does. */
export type CallWrapper = <Result>(call: () => Promise<Result>) => Promise<Result>;

/** Says what runs the calls of a method; null if nothing needs to. */
export type StoreWrapper = (method: string) => CallWrapper | null;

type Method = (...args: never[]) => Promise<unknown>;

/** The store, each of whose calls is run by all wrappers, the first of them outermost. */
export function wrappedStore<Methods extends Readonly<Record<keyof Methods, Method>>>(
  store: Methods,
  wrappers: readonly StoreWrapper[],
): Methods {
  const methods = Object.entries<Method>(store).map(([name, method]): [string, Method] => [
    name,
    wrappers.reduceRight<Method>((inner, wrapperOf) => {
      const run = wrapperOf(name);
      return run === null ? inner : (...args) => run(() => inner(...args));
    }, method),
  ]);
  return { ...store, ...Object.fromEntries(methods) };
}
