import { createRemoteJWKSet, customFetch, errors, type JWTVerifyGetKey } from 'jose';
import { AuthenticationUnavailable } from '../../model/errors.ts';
import { readUpTo } from '../../model/read-up-to.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';

/** The most bytes of a key set. Providers publish a few kilobytes. */
const MAX_BYTES = 256_000;
/** How long fetched keys are trusted, in milliseconds. */
const MAX_AGE_MS = 600_000;
/** How long one fetch may take, in milliseconds. */
const TIMEOUT_MS = 5_000;
/** How long to wait after a failure before the next fetch and the next warning, in milliseconds. */
const PAUSE_MS = 1_000;

interface KeySetDeps {
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * The keys that an identity provider publishes at a URL (a JWKS). They are fetched when they are first needed and again
 * after ten minutes. A token with an unknown key id has them fetched again too, at most once in `cooldownMs`.
 *
 * The returned function throws AuthenticationUnavailable if the keys cannot be fetched or used, and one of jose's errors
 * if there is no key for the token.
 */
export function remoteKeySet(url: string, cooldownMs: number, { clock, log }: KeySetDeps): JWTVerifyGetKey {
  let failed: { readonly error: unknown; readonly at: number } | null = null;
  let warnedAt = Number.NEGATIVE_INFINITY;

  async function fetchKeys(...[input, init]: Parameters<typeof fetch>): Promise<Response> {
    if (failed !== null && clock.monotonic() - failed.at < PAUSE_MS) throw failed.error;
    try {
      const keys = await fetchBounded(input, init);
      failed = null;
      return keys;
    } catch (error) {
      failed = { error, at: clock.monotonic() };
      throw error;
    }
  }

  /** Many requests may meet the same failure. */
  function warn(error: unknown): void {
    if (clock.monotonic() - warnedAt < PAUSE_MS) return;
    warnedAt = clock.monotonic();
    log.warn({ err: error }, 'the keys that verify tokens cannot be fetched or used');
  }

  const keys = createRemoteJWKSet(new URL(url), {
    cooldownDuration: cooldownMs,
    cacheMaxAge: MAX_AGE_MS,
    timeoutDuration: TIMEOUT_MS,
    [customFetch]: fetchKeys,
  });
  return async (header, token) => {
    try {
      return await keys(header, token);
    } catch (error) {
      if (isFaultOfToken(error)) throw error;
      warn(error);
      throw new AuthenticationUnavailable(error);
    }
  };
}

function isFaultOfToken(error: unknown): boolean {
  return (
    error instanceof errors.JWKSNoMatchingKey ||
    error instanceof errors.JWKSMultipleMatchingKeys ||
    error instanceof errors.JOSENotSupported
  );
}

/** Fetches a JSON document of at most `MAX_BYTES`. */
async function fetchBounded(...[input, init]: Parameters<typeof fetch>): Promise<Response> {
  const response = await fetch(input, init);
  if (response.status !== 200) {
    await response.body?.cancel();
    throw new Error(`the key set's server answered with the status ${response.status}`);
  }
  const bytes = await readUpTo(response.body, MAX_BYTES);
  if (bytes === null) throw new Error(`the key set is longer than ${MAX_BYTES} bytes`);
  const text = Buffer.from(bytes).toString();
  JSON.parse(text);
  return new Response(text);
}
