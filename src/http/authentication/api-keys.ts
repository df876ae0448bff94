import { createHash, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { Unauthenticated } from '../../model/errors.ts';
import { mistakeList } from '../../model/mistake-list.ts';
import { isSubjectId, MAX_SUBJECT, ROLES } from '../../model/subject.ts';
import type { Authenticate } from './authenticate.ts';

/** The most keys in a file. Each request is compared with all of them. */
const MAX_KEYS = 1_000;

const NAME = `must have 1 to ${MAX_SUBJECT} characters, no control characters`;
const HASH = 'must be 64 hexadecimal digits';

const keysFile = z
  .array(
    z.strictObject(
      {
        name: z.string(NAME).refine(isSubjectId, NAME),
        role: z.enum(ROLES, `must be one of ${ROLES.join(', ')}`),
        sha256: z.string(HASH).regex(/^[\da-f]{64}$/i, HASH),
      },
      'must be an object with name, role and sha256, and no other fields',
    ),
    'must be a JSON list of keys',
  )
  .min(1, 'must have a key')
  .max(MAX_KEYS, `must have at most ${MAX_KEYS} keys`);

/** The part of a key that must not be there twice. */
const hashed = z.object({ sha256: z.string() });

/** A key that may call, with the hash that it is recognised by. */
export type ApiKey = z.infer<typeof keysFile>[number];

/**
 * Parses a file of keys: a JSON list of `{"name", "role", "sha256"}`. A name may have several keys.
 * @throws {Error} with a message for the operator, which names all mistakes, or the first ten of more
 */
export function parseApiKeys(text: string): ApiKey[] {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new Error('the file is not valid JSON');
  }
  const { data, error } = keysFile.safeParse(json);
  const mistakes = [
    ...(error?.issues ?? []).map(({ path, message }) => `${placeOf(path)}: ${message}`),
    ...repeatedHashes(json),
  ];
  if (data === undefined || mistakes.length > 0) throw new Error(mistakeList(mistakes));
  return data;
}

/** A key by its place in the list, counted from 1, and its field; or the file. */
function placeOf([index, field]: readonly PropertyKey[]): string {
  if (index === undefined) return 'the file';
  return `key ${Number(index) + 1}${field === undefined ? '' : `, ${String(field)}`}`;
}

/** Compared in any case, also in a file with other mistakes. */
function repeatedHashes(json: unknown): string[] {
  const entries = Array.isArray(json) ? json : [];
  const hashes = entries.map((entry) => {
    const { data } = hashed.safeParse(entry);
    return data?.sha256.toLowerCase();
  });
  const seen = new Set<string>();
  return hashes.flatMap((hash, index) => {
    if (hash === undefined) return [];
    if (seen.has(hash)) return [`${placeOf([index, 'sha256'])}: an earlier key has the same hash`];
    seen.add(hash);
    return [];
  });
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
