import { SpanKind, trace } from '@opentelemetry/api';
import type { Store } from '../../ports/store.ts';
import { inSpan } from './span.ts';

/** The values of `db.system.name`. */
export type DatabaseSystem = 'sqlite' | 'azure.cosmosdb';

/** Called several times a second while somebody watches, without anything to see. */
const POLLING: ReadonlySet<string> = new Set<keyof Store>(['changeMark']);

type Method = (...args: never[]) => Promise<unknown>;

/**
 * The store, each of whose calls is a span. Calls outside any span, such as those of maintenance, get none: each would be
 * a trace of its own.
 */
export function withStoreSpans<Methods extends Readonly<Record<keyof Methods, Method>>>(
  store: Methods,
  system: DatabaseSystem,
): Methods {
  const wrapped = Object.entries<Method>(store)
    .filter(([operation]) => !POLLING.has(operation))
    .map(([operation, method]): [string, Method] => {
      const attributes = { 'db.system.name': system, 'db.operation.name': operation };
      const options = { kind: SpanKind.CLIENT, attributes };
      return [
        operation,
        (...args) =>
          trace.getActiveSpan() === undefined
            ? method(...args)
            : inSpan(operation, options, () => method(...args)),
      ];
    });
  return { ...store, ...Object.fromEntries(wrapped) };
}
