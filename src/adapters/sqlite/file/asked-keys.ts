import { type Bind, bindable } from './binds.ts';

/**
 * Goes through the keys of `askedKeys`, bound as `?1`: `profile.key` is the profile, `asked.value` the rest of the key and
 * `asked.key` its place.
 */
export const ASKED_KEYS = 'json_each(?1) AS profile CROSS JOIN json_each(profile.value) AS asked';

/**
 * Keys of what belongs to profiles as one bind, by profile and place. Of a list of pairs, SQLite would parse each pair twice,
 * which takes as long as to find its row.
 */
export function askedKeys(keys: readonly (readonly [profileId: string, rest: Bind])[]): string {
  const byProfile = new Map<string, Record<number, Bind>>();
  keys.forEach(([profileId, rest], place) => {
    // No stored profile has an id with a lone surrogate: see `bindable`.
    if (bindable(profileId) === null) return;
    const ofProfile = byProfile.get(profileId) ?? {};
    ofProfile[place] = bindable(rest);
    byProfile.set(profileId, ofProfile);
  });
  return JSON.stringify(Object.fromEntries(byProfile));
}
