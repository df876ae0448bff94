/**
 * How a top-up ended: the minimum is reached; every teaching and pending word has been tried; or the generator
 * fails as a whole.
 */
export type TopUpOutcome = 'SATISFIED' | 'WORDS_EXHAUSTED' | 'GENERATOR_UNAVAILABLE';
