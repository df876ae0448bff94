import { SpanKind, trace } from '@opentelemetry/api';
import type { Store } from '../../ports/store.ts';
import type { StoreWrapper } from '../../ports/store-calls.ts';
import { inSpan } from './span.ts';

/** The values of `db.system.name`. */
export type DatabaseSystem = 'sqlite' | 'azure.cosmosdb';

/** Called several times a second while somebody watches, without anything to see. */
const POLLING: ReadonlySet<string> = new Set<keyof Store>(['changeMark']);

/**
 * Makes a span of each call of the store. Calls outside any span, such as those of maintenance, get none: each would be a
 * trace of its own.
 */
export function storeSpans(system: DatabaseSystem): StoreWrapper {
  return (method) => {
    if (POLLING.has(method)) return null;
    const attributes = { 'db.system.name': system, 'db.operation.name': method };
    const options = { kind: SpanKind.CLIENT, attributes };
    return (call) => (trace.getActiveSpan() === undefined ? call() : inSpan(method, options, call));
  };
}
