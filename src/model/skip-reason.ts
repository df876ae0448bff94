/** Why a word was tried and got no dialog. */
export const SKIP_REASONS = ['HAS_UNUSED_DIALOG', 'GENERATION_FAILED', 'TAKEN_ELSEWHERE'] as const;
export type SkipReason = (typeof SKIP_REASONS)[number];
