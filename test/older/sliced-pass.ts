import type { OlderAlgorithm, OlderPool, OlderWord } from './older-pool.ts';

/** One pass: all teaching words, then as many pending words as are still needed, whether or not they have a dialog. */
export const slicedPass: OlderAlgorithm = (pool, min) => {
  const needed = Math.max(0, min - pool.unusedTotal());
  return needed === 0 ? [] : createSliced(pool, needed);
};

export function createSliced(pool: OlderPool, needed: number): OlderWord[] {
  const created = pool.createWhereMissing(pool.shuffledWords('teaching'));
  if (created.length < needed) {
    const slice = pool.shuffledWords('pending').slice(0, needed - created.length);
    created.push(...pool.createWhereMissing(slice));
  }
  return created;
}
