import { AsyncLocalStorage } from 'node:async_hooks';

/** What the log says of a request, and what is measured of it. */
export interface RequestInfo {
  /** 1 to 64 letters, digits, `.`, `_` or `-`. */
  readonly id: string;
  /** When it arrived, in milliseconds of the monotonic clock. */
  readonly began: number;
  /** The network that it comes from. */
  readonly network: string;
  /** Whose work it is: the subject, once it is known; before, the credentials as they were sent. Never logged. */
  caller: string;
  /** The id of the caller, once it is known; null if the server does not ask who calls. */
  subject?: string | null;
  /** The GraphQL operation, once it is known. */
  operation?: { readonly name: string | null; readonly type: string };
  /** The trace that it belongs to, once it is known: 32 hexadecimal digits. */
  traceId?: string;
  /** The first error of its answer that is a fault of the server, or else the first error, once there is one. */
  error?: { readonly code: string; readonly isFault: boolean };
}

/** What a piece of work has cost at the store, as far as the store reports it. It grows while the work runs. */
export interface Cost {
  /** Requests that were sent, repeated ones included. */
  requests: number;
  /** In the store's own unit: request units on Azure Cosmos DB. */
  charge: number;
}

/** What is known of the work that runs, and of everything that it starts. */
interface WorkContext {
  /** The request that it was started for; undefined if there is none. */
  readonly request?: RequestInfo | undefined;
  /** Where its cost is added; undefined if it is not counted. */
  readonly cost?: Cost | undefined;
}

const contexts = new AsyncLocalStorage<WorkContext>();
const NOTHING: WorkContext = {};

export function workContext(): WorkContext {
  return contexts.getStore() ?? NOTHING;
}

/**
 * Runs work with another context in some parts. There is one storage for all parts, because on Node 20 each storage costs
 * time for every promise of the process.
 */
export function runWith<Result>(change: WorkContext, work: () => Result): Result {
  return contexts.run({ ...contexts.getStore(), ...change }, work);
}
