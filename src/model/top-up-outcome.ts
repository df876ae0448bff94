/**
 * How a top-up ended: the minimum was reached, every teaching and pending word was tried, or the generator failed as a
 * whole.
 */
export type TopUpOutcome = 'SATISFIED' | 'WORDS_EXHAUSTED' | 'GENERATOR_UNAVAILABLE';
