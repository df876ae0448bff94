import { createPublicKey, type KeyObject } from 'node:crypto';
import { systemClock as clock } from '../adapters/system/system-clock.ts';
import type { AuthenticationConfig } from '../config/authentication-variables.ts';
import { acceptKeys, parseApiKeys } from '../http/authentication/api-keys.ts';
import type { Authenticate } from '../http/authentication/authenticate.ts';
import { CannotStart, Unauthenticated } from '../model/errors.ts';
import type { Log } from '../ports/log.ts';
import { parseConfiguredFile, readConfiguredFile } from './configured-file.ts';

/** The most bytes of a key and of a file of keys. */
const MAX_FILE = 1_000_000;
/** How often unknown key ids have the keys fetched again at most, in milliseconds. */
const COOLDOWN_MS = 30_000;
/** The fewest bits of an RSA key. */
const LEAST_RSA_BITS = 2_048;
/** The curves of ES256, ES384 and ES512. */
const CURVES = ['prime256v1', 'secp384r1', 'secp521r1'];

/**
 * Opens what credentials are checked with; null if the server does not ask who calls.
 * @throws {CannotStart} if a key or a file of keys cannot be used
 */
export async function openAuthentication(
  { jwt, keysFile }: AuthenticationConfig,
  log: Log,
): Promise<Authenticate | null> {
  const tokens = jwt === null ? null : await openTokens(jwt, log);
  const keys =
    keysFile === null
      ? null
      : acceptKeys(await parseConfiguredFile('AUTH_KEYS_FILE', keysFile, MAX_FILE, parseApiKeys));
  return tokens && keys ? either(keys, tokens) : (tokens ?? keys);
}

/** Accepts what one of the two accepts. A key is not a token, so that at most one of them does. */
function either(keys: Authenticate, tokens: Authenticate): Authenticate {
  return async (token) => {
    try {
      return await keys(token);
    } catch (error) {
      if (!(error instanceof Unauthenticated)) throw error;
      return tokens(token);
    }
  };
}

type TokenConfig = NonNullable<AuthenticationConfig['jwt']>;

/** Loads the library for tokens, which a server without them does not need. */
async function openTokens(config: TokenConfig, log: Log): Promise<Authenticate> {
  const { acceptTokens } = await import('../http/authentication/json-web-tokens.ts');
  return acceptTokens(await signingKey(config, log), config, clock);
}

async function signingKey({ key }: TokenConfig, log: Log) {
  if ('jwksUrl' in key) {
    const { remoteKeySet } = await import('../http/authentication/key-set.ts');
    return remoteKeySet(key.jwksUrl, COOLDOWN_MS, { clock, log });
  }
  const { publicKey } = key;
  return publicKeyOf(
    publicKey.includes('-----BEGIN')
      ? publicKey
      : await readConfiguredFile('AUTH_PUBLIC_KEY', publicKey, MAX_FILE),
  );
}

/** Some ways of setting a variable cannot keep line breaks, and have `\n` in their place. */
function publicKeyOf(pem: string): KeyObject {
  if (pem.includes('PRIVATE KEY')) {
    throw new CannotStart('AUTH_PUBLIC_KEY is a private key. Give the server the public key alone.');
  }
  let key: KeyObject;
  try {
    key = createPublicKey(pem.replaceAll('\\n', '\n'));
  } catch (error) {
    throw new CannotStart('AUTH_PUBLIC_KEY must be a public key in PEM format, or the path of one', {
      cause: error,
    });
  }
  const type = key.asymmetricKeyType ?? '';
  if (!['rsa', 'ec', 'ed25519'].includes(type)) {
    throw new CannotStart(`AUTH_PUBLIC_KEY must be an RSA, EC or Ed25519 key, and is of the type ${type}`);
  }
  const { modulusLength: bits, namedCurve: curve } = key.asymmetricKeyDetails ?? {};
  if (type === 'ec' && !CURVES.includes(curve ?? '')) {
    throw new CannotStart(`AUTH_PUBLIC_KEY must be on the curve P-256, P-384 or P-521, and is on ${curve}`);
  }
  if (bits !== undefined && bits < LEAST_RSA_BITS) {
    throw new CannotStart(`AUTH_PUBLIC_KEY must have at least ${LEAST_RSA_BITS} bits, and has ${bits}`);
  }
  return key;
}
