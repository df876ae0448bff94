import { type RequestInfo, runWith, workContext } from './work-context.ts';

/** Runs the work of a request; for everything that it starts, `currentRequest` returns `request`. */
export function runWithRequest<Result>(request: RequestInfo, work: () => Result): Result {
  return runWith({ request }, work);
}

/** Runs work that belongs to no request, so that it does not wait for other work of a caller. */
export function runWithoutRequest<Result>(work: () => Result): Result {
  return runWith({ request: undefined }, work);
}

/** The request for which the caller was started; undefined if there is none. Work that is shared belongs to the first. */
export function currentRequest(): RequestInfo | undefined {
  return workContext().request;
}

/** Tells what the running request answers with an error. */
export function noteError(code: string, isFault: boolean): void {
  const request = currentRequest();
  if (request && (!request.error || (isFault && !request.error.isFault))) request.error = { code, isFault };
}

/** The network and the caller that the current work belongs to; nulls if it belongs to no request. */
export function currentCaller(): readonly (string | null)[] {
  const { network, caller } = currentRequest() ?? { network: null, caller: null };
  return [network, caller];
}
