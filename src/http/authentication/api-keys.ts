import { createHash, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { Unauthenticated } from '../../model/errors.ts';
import { isSubjectId, MAX_SUBJECT, ROLES } from '../../model/subject.ts';
import type { Authenticate } from './authenticate.ts';

/** The most keys in a file. Each request is compared with all of them. */
const MAX_KEYS = 1_000;

/** The most mistakes of a file that are named at once. */
const MAX_MISTAKES = 10;

const keysFile = z
  .array(
    z.strictObject({
      name: z.string().refine(isSubjectId, `must have 1 to ${MAX_SUBJECT} characters, no control characters`),
      role: z.enum(ROLES, `must be one of ${ROLES.join(', ')}`),
      sha256: z.string().regex(/^[\da-f]{64}$/i, 'must be 64 hexadecimal digits'),
    }),
  )
  .min(1, 'must have a key')
  .max(MAX_KEYS, `must have at most ${MAX_KEYS} keys`);

/** A key that may call, with the hash that it is recognised by. */
export type ApiKey = z.infer<typeof keysFile>[number];

/**
 * Parses a file of keys: a JSON list of `{"name", "role", "sha256"}`. A name may have several keys.
 * @throws {Error} with a message for the operator, which names the mistakes
 */
export function parseApiKeys(text: string): ApiKey[] {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new Error('the file is not valid JSON');
  }
  const { data, error } = keysFile.safeParse(json);
  if (data === undefined) {
    const mistakes = error.issues.map(({ path, message }) => `${path.join('.') || 'the file'}: ${message}`);
    throw new Error(mistakes.slice(0, MAX_MISTAKES).join('; '));
  }
  const hashes = data.map(({ sha256 }) => sha256.toLowerCase());
  const again = hashes.findIndex((hash, index) => hashes.indexOf(hash) < index);
  if (again >= 0) throw new Error(`${again}.sha256: an earlier key has the same hash`);
  return data;
}

/** Accepts keys by their SHA-256 hashes. How long it takes tells nothing of the hashes. */
export function acceptKeys(keys: readonly ApiKey[]): Authenticate {
  const known = keys.map(({ name, role, sha256 }) => ({ name, role, hash: Buffer.from(sha256, 'hex') }));
  return async (token) => {
    const hash = createHash('sha256').update(token).digest();
    const [match] = known.filter((key) => timingSafeEqual(key.hash, hash));
    if (match === undefined) throw new Unauthenticated('The key is not known.');
    return { id: match.name, role: match.role, expiresAt: null };
  };
}
