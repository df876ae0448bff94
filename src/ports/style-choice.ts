import type { Learning } from '../model/learning.ts';

/**
 * Chooses the style of a dialog by what is believed of the learner's taste. Calls may choose differently, also with the
 * same beliefs, so that the other styles are tried too.
 * @param styles at least one, as `styleText` writes them
 * @param learning what is known of the learner; null if nothing is
 */
export type ChooseStyle = (styles: readonly [string, ...string[]], learning: Learning | null) => string;
