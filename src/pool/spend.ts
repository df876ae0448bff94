import type { Usage } from '../ports/generator.ts';

/** What the provider of the generator asks for a million tokens, in a currency of the operator's. */
export interface Prices {
  readonly perMillionInputTokens: number;
  readonly perMillionOutputTokens: number;
}

/** What was paid for, whether it led to a dialog or not. */
export interface Spend {
  /** Paid calls. */
  readonly calls: number;
  /** Null where the provider did not say it of every call. */
  readonly inputTokens: number | null;
  readonly outputTokens: number | null;
  /** In the currency of the prices; null where there are none, or no tokens to reckon with. */
  readonly cost: number | null;
}

/** Sums up calls. No calls cost nothing, whatever the prices. */
export function spendOf(calls: readonly Usage[], prices: Prices | null): Spend {
  const inputTokens = total(calls.map((call) => call.inputTokens));
  const outputTokens = total(calls.map((call) => call.outputTokens));
  const priced = prices !== null && inputTokens !== null && outputTokens !== null;
  const cost = priced
    ? (inputTokens * prices.perMillionInputTokens + outputTokens * prices.perMillionOutputTokens) / 1e6
    : null;
  return { calls: calls.length, inputTokens, outputTokens, cost };
}

function total(tokens: readonly (number | null)[]): number | null {
  return tokens.reduce<number | null>((sum, each) => (sum === null || each === null ? null : sum + each), 0);
}
