import { ProxyTracerProvider, trace } from '@opentelemetry/api';

/** How long the end of the process waits for spans to be exported, in milliseconds. */
const FLUSH_LIMIT_MS = 2_000;

/** Whether an SDK has registered itself, as one that is loaded with `--import` has done before this program starts. */
export function isSdkLoaded(): boolean {
  const provider = trace.getTracerProvider();
  // The SDK may have another copy of the API, whose classes are not ours.
  if (!(provider instanceof ProxyTracerProvider)) return true;
  // Without an SDK, every proxy delegates to the same provider of no spans.
  return provider.getDelegate() !== new ProxyTracerProvider().getDelegate();
}

/**
 * Has the SDK export the spans that have ended, which it collects for some seconds. The API has no such call, but the
 * providers of the SDK have a method for it. Never rejects.
 */
export async function flushSpans(): Promise<void> {
  const given = trace.getTracerProvider();
  const provider: object =
    'getDelegate' in given && typeof given.getDelegate === 'function' ? given.getDelegate() : given;
  if (!('forceFlush' in provider) || typeof provider.forceFlush !== 'function') return;
  const limit = new Promise((resolve) => setTimeout(resolve, FLUSH_LIMIT_MS).unref());
  // The SDK reports a failing export itself.
  await Promise.race([Promise.resolve(provider.forceFlush()).catch(() => undefined), limit]);
}
