import { AsyncLocalStorage } from 'node:async_hooks';

/** What the log says of a request. */
export interface RequestInfo {
  /** 1 to 64 letters, digits, `.`, `_` or `-`. */
  readonly id: string;
  /** The network that it comes from. */
  readonly network: string;
  /** Whose work it is: the subject, once it is known; before, the credentials as they were sent. Never logged. */
  caller: string;
  /** The id of the caller, once it is known; null if the server does not ask who calls. */
  subject?: string | null;
  /** The GraphQL operation, once it is known. */
  operation?: { readonly name: string | null; readonly type: string };
}

const running = new AsyncLocalStorage<RequestInfo>();

/** Runs the work of a request; for everything that it starts, `currentRequest` returns `request`. */
export function runWithRequest<Result>(request: RequestInfo, work: () => Result): Result {
  return running.run(request, work);
}

/** The request for which the caller was started; undefined if there is none. Work that is shared belongs to the first. */
export function currentRequest(): RequestInfo | undefined {
  return running.getStore();
}

/** The network and the caller that the current work belongs to; nulls if it belongs to no request. */
export function currentCaller(): readonly (string | null)[] {
  const { network, caller } = currentRequest() ?? { network: null, caller: null };
  return [network, caller];
}
