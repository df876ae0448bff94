import { concurrently } from '../client/concurrently.ts';
import type { DocumentContainer, Parse } from '../client/container.ts';
import { isAddressable } from './address.ts';

/**
 * Reads by keys of any number of profiles, a request or two a profile and of several profiles at once.
 * @param idOf what a key names within its profile
 * @param read what there is of the ids asked for, in a profile, by id
 * @returns one entry a key, in the keys' order
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

/** Reads once for each distinct key, several at once. @returns one entry a key, in the keys' order */
export async function readEach<Found>(
  keys: readonly string[],
  read: (key: string) => Promise<Found>,
): Promise<Found[]> {
  const found = new Map<string, [Found]>();
  await concurrently([...new Set(keys)], async (key) => found.set(key, [await read(key)]));
  return keys.flatMap((key) => found.get(key) ?? []);
}

/** Documents of a profile by their ids, read by `parse`; ids that no document can have are passed over. */
export async function documentsByIds<Result>(
  container: DocumentContainer,
  profileId: string,
  ids: readonly string[],
  parse: Parse<Result>,
): Promise<Result[]> {
  const possible = [...new Set(ids)].filter(isAddressable);
  const [first] = possible;
  if (first === undefined) return [];
  if (possible.length > 1) {
    const where = 'ARRAY_CONTAINS(@ids, c.id)';
    return container.queryProfile(profileId, { select: '*', where, values: { '@ids': possible } }, parse);
  }
  const document = await container.read(profileId, first);
  const result = document && parse(document);
  return result === null ? [] : [result];
}
