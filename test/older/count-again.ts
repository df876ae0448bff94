import type { OlderAlgorithm, OlderWord } from './older-pool.ts';
import { createSliced } from './sliced-pass.ts';

/** The first repair: sliced passes until the store's count reaches the minimum or a pass creates nothing. */
export const countAgain: OlderAlgorithm = (pool, min) => {
  const created: OlderWord[] = [];
  for (;;) {
    const needed = min - pool.unusedTotal();
    if (needed <= 0) return created;
    const pass = createSliced(pool, needed);
    if (pass.length === 0) return created;
    created.push(...pass);
  }
};
