import { type CryptoKey, exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import { onTestFinished } from 'vitest';
import { systemClock } from '../../src/adapters/system/system-clock.ts';
import type { Authenticate } from '../../src/http/authentication/authenticate.ts';
import { acceptTokens } from '../../src/http/authentication/json-web-tokens.ts';
import { remoteKeySet } from '../../src/http/authentication/key-set.ts';
import { serve } from '../../src/http/serve.ts';
import type { Clock } from '../../src/ports/clock.ts';
import { type MemoryLog, memoryLog } from '../support/memory-log.ts';

const AUDIENCE = 'dialogs';
const ISSUER = 'https://issuer.example/';
export const RULES = { issuer: ISSUER, audience: AUDIENCE, rolesClaim: 'roles' };

/** What a test changes in a token. */
interface TokenChange {
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly header?: { readonly alg?: string; readonly kid?: string };
  readonly key?: CryptoKey | Uint8Array;
}

/** An identity provider with a real HTTP server for its keys. */
export interface Issuer {
  /** Accepts the tokens of this issuer. */
  readonly authenticate: Authenticate;
  readonly jwksUrl: string;
  /** What is logged about its keys. */
  readonly log: MemoryLog;
  /** How often the keys were fetched. */
  fetches(): number;
  /** Signs a token that is valid for an hour unless the claims say otherwise. */
  token(subject: string, role: string | readonly string[], change?: TokenChange): Promise<string>;
  /** Replaces the key by a new one. */
  rotate(): Promise<void>;
  /** Answers further fetches of the keys with this instead; null for the keys again. */
  answerWith(response: { readonly status: number; readonly body: string } | null): void;
  publicKey(): Promise<CryptoKey>;
}

export async function openIssuer({
  alg = 'ES256',
  clock = systemClock,
  cooldownMs = 30_000,
  rolesClaim = 'roles',
}: {
  readonly alg?: string;
  readonly clock?: Clock;
  readonly cooldownMs?: number;
  readonly rolesClaim?: string;
} = {}): Promise<Issuer> {
  let number = 0;
  let fetched = 0;
  let instead: { readonly status: number; readonly body: string } | null = null;
  const newKeys = async () => {
    number += 1;
    return { kid: `key-${number}`, ...(await generateKeyPair(alg, { extractable: true })) };
  };
  let keys = await newKeys();

  const server = await serve(
    async (_, response) => {
      fetched += 1;
      const published = { keys: [{ ...(await exportJWK(keys.publicKey)), kid: keys.kid, alg, use: 'sig' }] };
      const { status, body } = instead ?? { status: 200, body: JSON.stringify(published) };
      response.writeHead(status, { 'content-type': 'application/json' }).end(body);
    },
    '127.0.0.1',
    0,
  );
  onTestFinished(() => server.stop());
  const jwksUrl = `${server.url}/keys`;
  const log = memoryLog();
  const rules = { ...RULES, rolesClaim };

  return {
    jwksUrl,
    log,
    authenticate: acceptTokens(remoteKeySet(jwksUrl, cooldownMs, { clock, log }), rules, clock),
    fetches: () => fetched,
    token(subject, role, { claims = {}, header = {}, key } = {}) {
      const now = Math.floor(clock.now().getTime() / 1000);
      const payload: JWTPayload = sent({
        iss: ISSUER,
        aud: AUDIENCE,
        sub: subject,
        iat: now,
        exp: now + 3600,
        [rolesClaim]: role,
        ...claims,
      });
      return new SignJWT(payload)
        .setProtectedHeader({ alg, kid: keys.kid, ...header })
        .sign(key ?? keys.privateKey);
    },
    async rotate() {
      keys = await newKeys();
    },
    answerWith(response) {
      instead = response;
    },
    publicKey: async () => keys.publicKey,
  };
}

/** The claims as they are sent: JSON leaves out what is undefined. */
function sent(claims: object): JWTPayload {
  return JSON.parse(JSON.stringify(claims));
}
