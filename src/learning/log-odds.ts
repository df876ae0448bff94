/** Probabilities closer to 0 or 1 are not believed: one surprise would outweigh all other reviews. */
const EDGE = 1e-4;

/** A probability as log-odds, after it was kept within 0.0001 and 0.9999. */
export function logOdds(probability: number): number {
  const kept = Math.min(1 - EDGE, Math.max(EDGE, probability));
  return Math.log(kept / (1 - kept));
}

/** The probability of some log-odds, kept within 0.0001 and 0.9999. */
export function probabilityOf(logOdds: number): number {
  return Math.min(1 - EDGE, Math.max(EDGE, logistic(logOdds)));
}

/** The logistic function, without an edge: 0 to 1. */
export function logistic(logOdds: number): number {
  return 1 / (1 + Math.exp(-logOdds));
}
