/** What one paid call used. Tokens are null if the provider does not report them. */
export interface Usage {
  readonly inputTokens: number | null;
  readonly outputTokens: number | null;
}

/** The provider's prices for a million tokens, in a currency of the operator's choice. */
export interface Prices {
  readonly perMillionInputTokens: number;
  readonly perMillionOutputTokens: number;
}

/** Paid calls with their tokens and their cost. A call counts also if it led to no dialog. */
export interface Spend {
  /** The number of paid calls. */
  readonly calls: number;
  /** Null if the provider did not report them for every call. */
  readonly inputTokens: number | null;
  readonly outputTokens: number | null;
  /** In the currency of the prices. Null if there are no prices or the tokens are not known. */
  readonly cost: number | null;
}

/** Adds up calls. Without prices the cost is null, also of no calls. */
export function spendOf(calls: readonly Usage[], prices: Prices | null): Spend {
  const inputTokens = total(calls.map((call) => call.inputTokens));
  const outputTokens = total(calls.map((call) => call.outputTokens));
  return {
    calls: calls.length,
    inputTokens,
    outputTokens,
    cost: costOf({ inputTokens, outputTokens }, prices),
  };
}

/** The cost of tokens, in the currency of the prices. Null if there are no prices or the tokens are not known. */
export function costOf({ inputTokens, outputTokens }: Usage, prices: Prices | null): number | null {
  if (prices === null || inputTokens === null || outputTokens === null) return null;
  return (inputTokens * prices.perMillionInputTokens + outputTokens * prices.perMillionOutputTokens) / 1e6;
}

function total(tokens: readonly (number | null)[]): number | null {
  return tokens.reduce<number | null>((sum, each) => (sum === null || each === null ? null : sum + each), 0);
}
