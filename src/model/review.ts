/** How well a word was recalled, as Anki and FSRS grade it. Only `again` means that the word was not recalled. */
export const GRADES = ['again', 'hard', 'good', 'easy'] as const;
export type Grade = (typeof GRADES)[number];
