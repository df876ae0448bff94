import type { StyleBelief, StyleBeliefs } from '../model/style-beliefs.ts';

/** What is believed of each style that has had a rewarded dialog, best first; at most 300 styles. */
export type SummarizeStyles = (beliefs: StyleBeliefs) => readonly StyleBelief[];
