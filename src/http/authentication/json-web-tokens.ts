import type { KeyObject } from 'node:crypto';
import { errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose';
import { AuthenticationUnavailable, Forbidden, Unauthenticated } from '../../model/errors.ts';
import { isSubjectId, MAX_SUBJECT, ROLES, type Role } from '../../model/subject.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Authenticate } from './authenticate.ts';

/** Signatures by a private key. Those by a shared secret (HS256) are not accepted: anyone who checks them can make them. */
const ALGORITHMS = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
];
/** How far the clocks of the issuer and of this server may differ, in seconds. */
const CLOCK_TOLERANCE = 30;
/** The last moment that a `Date` can hold, in milliseconds. */
const LAST_MOMENT = 8_640_000_000_000_000;

/** What a token must contain. */
export interface TokenRules {
  readonly issuer: string;
  readonly audience: string;
  /** The name of the claim with the roles, or a path to it, such as `realm_access.roles`. */
  readonly rolesClaim: string;
}

/** Accepts JSON Web Tokens that one of the keys has signed. */
export function acceptTokens(
  key: KeyObject | JWTVerifyGetKey,
  { issuer, audience, rolesClaim }: TokenRules,
  clock: Clock,
): Authenticate {
  const getKey: JWTVerifyGetKey = typeof key === 'function' ? key : async () => key;
  return async (token) => {
    const now = clock.now();
    const { sub, exp, ...claims } = await verified(token, getKey, {
      issuer,
      audience,
      algorithms: ALGORITHMS,
      clockTolerance: CLOCK_TOLERANCE,
      currentDate: now,
      requiredClaims: ['sub', 'exp'],
    });
    if (typeof sub !== 'string' || !isSubjectId(sub)) {
      throw new Unauthenticated(
        `The sub of the token must be a text of 1 to ${MAX_SUBJECT} characters without control characters.`,
      );
    }
    const role = roleOf(claimAt(claims, rolesClaim));
    if (role === null) {
      throw new Forbidden(`The token has none of the roles ${ROLES.join(', ')} in its claim ${rolesClaim}.`);
    }
    return { id: sub, role, expiresAt: expiry(Number(exp), now) };
  };
}

async function verified(
  token: string,
  getKey: JWTVerifyGetKey,
  options: Parameters<typeof jwtVerify>[2],
): Promise<JWTPayload> {
  try {
    return (await jwtVerify(token, getKey, options)).payload;
  } catch (error) {
    if (error instanceof AuthenticationUnavailable) throw error;
    throw new Unauthenticated(faultOf(error));
  }
}

/** A token that is accepted because of the tolerance expires at the end of the tolerance. */
function expiry(seconds: number, now: Date): Date {
  const ms = seconds * 1000;
  return new Date(Math.min(ms > now.getTime() ? ms : ms + CLOCK_TOLERANCE * 1000, LAST_MOMENT));
}

/** The first role of `ROLES` in a claim, which is a list or a text with blanks between the roles. Null if there is none. */
function roleOf(claim: unknown): Role | null {
  const roles: unknown[] = typeof claim === 'string' ? claim.split(' ') : Array.isArray(claim) ? claim : [];
  return ROLES.find((role) => roles.includes(role)) ?? null;
}

/** A claim by its name, which may contain dots, or by the path to it. */
function claimAt(claims: object, path: string): unknown {
  if (Object.hasOwn(claims, path)) return Reflect.get(claims, path);
  return path.split('.').reduce<unknown>((value, name) => {
    const isHolder = typeof value === 'object' && value !== null && Object.hasOwn(value, name);
    return isHolder ? Reflect.get(value, name) : undefined;
  }, claims);
}

/** Tells the client why its token is refused, in words that may stand in a header. */
function faultOf(error: unknown): string {
  if (error instanceof errors.JWTExpired) return 'The token has expired. Get a new one.';
  if (error instanceof errors.JWTClaimValidationFailed) {
    const isEarly = error.claim === 'nbf' && error.reason === 'check_failed';
    if (isEarly) return 'The token is not valid yet.';
    const known = ['iss', 'aud', 'sub', 'exp', 'nbf', 'iat'].find((claim) => claim === error.claim);
    return `The claim ${known ?? 'set'} of the token is missing or not the one that this server expects.`;
  }
  if (error instanceof errors.JOSENotSupported && error.message.startsWith('Extension Header')) {
    return 'The header of the token names an extension (crit) that this server does not know.';
  }
  if (error instanceof errors.JOSEAlgNotAllowed || error instanceof errors.JOSENotSupported) {
    return `The token must be signed with one of ${ALGORITHMS.join(', ')}.`;
  }
  if (error instanceof errors.JWKSNoMatchingKey) return 'No key of the issuer has the key id of the token.';
  if (error instanceof errors.JWKSMultipleMatchingKeys) return 'The token must name the id of its key (kid).';
  return 'The token is malformed, or its signature does not match.';
}
