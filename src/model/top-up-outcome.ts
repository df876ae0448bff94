/**
 * How a top-up ended: the minimum was reached, every teaching and pending word was tried, the generator failed as a
 * whole, or the profile's `maxCallsPerDay` was reached.
 */
export const TOP_UP_OUTCOMES = [
  'SATISFIED',
  'WORDS_EXHAUSTED',
  'GENERATOR_UNAVAILABLE',
  'BUDGET_EXHAUSTED',
] as const;
export type TopUpOutcome = (typeof TOP_UP_OUTCOMES)[number];
