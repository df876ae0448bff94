import { setMaxListeners } from 'node:events';

/**
 * Runs work with a signal that is aborted as soon as one of `signals` is, with the same reason. `AbortSignal.any` would
 * do, but Node.js 20 keeps a trace of each of its signals at its sources, some of which live as long as the process.
 */
export async function withAnySignal<Result>(
  signals: readonly AbortSignal[],
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const any = new AbortController();
  const abort = () => any.abort(signals.find(({ aborted }) => aborted)?.reason);
  if (signals.some(({ aborted }) => aborted)) abort();
  // Any amount of work may share a signal.
  setMaxListeners(0, ...signals);
  for (const signal of signals) signal.addEventListener('abort', abort, { once: true });
  try {
    return await work(any.signal);
  } finally {
    for (const signal of signals) signal.removeEventListener('abort', abort);
  }
}
