import { isAddressable } from '../client/address.ts';
import { concurrently } from '../client/concurrently.ts';
import type { DocumentContainer } from '../client/container.ts';
import type { Parse } from '../client/query.ts';

/**
 * Reads what keys of any number of profiles name, with one call of `read` per profile.
 * @param idOf the id that a key names within its profile
 * @param read reads the things with these ids in a profile, and returns those that exist by their ids
 * @returns one entry per key, in the keys' order
 */
export async function readByKeys<Key extends { readonly profileId: string }, Found>(
  keys: readonly Key[],
  idOf: (key: Key) => string,
  read: (profileId: string, ids: readonly string[]) => Promise<ReadonlyMap<string, Found>>,
): Promise<(Found | null)[]> {
  const wanted = new Map<string, Set<string>>();
  for (const key of keys) {
    const ids = wanted.get(key.profileId) ?? new Set();
    wanted.set(key.profileId, ids.add(idOf(key)));
  }
  const found = new Map<string, ReadonlyMap<string, Found>>();
  await concurrently([...wanted], async ([profileId, ids]) =>
    found.set(profileId, await read(profileId, [...ids])),
  );
  return keys.map((key) => found.get(key.profileId)?.get(idOf(key)) ?? null);
}

/** Calls `read` once for each distinct key, several at once. @returns one entry per key, in the keys' order */
export async function readEach<Found>(
  keys: readonly string[],
  read: (key: string) => Promise<Found>,
): Promise<Found[]> {
  const found = new Map<string, [Found]>();
  await concurrently([...new Set(keys)], async (key) => found.set(key, [await read(key)]));
  return keys.flatMap((key) => found.get(key) ?? []);
}

/** Reads documents of a profile by their ids. Ids that no document can have are ignored. */
export async function documentsByIds<Result>(
  container: DocumentContainer,
  profileId: string,
  ids: readonly string[],
  parse: Parse<Result>,
): Promise<Result[]> {
  const addressable = [...new Set(ids)].filter(isAddressable);
  const [first] = addressable;
  if (first === undefined) return [];
  if (addressable.length > 1) {
    const where = 'ARRAY_CONTAINS(@ids, c.id)';
    return container.queryProfile(profileId, { select: '*', where, values: { '@ids': addressable } }, parse);
  }
  const document = await container.read(profileId, first);
  const result = document && parse(document);
  return result === null ? [] : [result];
}
