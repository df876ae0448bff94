import type { OlderAlgorithm } from './older-pool.ts';

/** The second repair: a dialog for every teaching and pending word, of which the caller is told as many as were needed. */
export const tryAll: OlderAlgorithm = (pool, min) => {
  const needed = Math.max(0, min - pool.unusedTotal());
  if (needed === 0) return [];
  const created = pool.createWhereMissing(pool.shuffledWords('teaching'));
  created.push(...pool.createWhereMissing(pool.shuffledWords('pending')));
  return created.slice(0, needed);
};
