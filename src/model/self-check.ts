/** What can be seen of a dialog without asking anyone. */
export interface SelfCheck {
  /** The share of the dialog's other words that the learner knows, 0 to 1; 0 if it has no other words. */
  readonly knownShare: number;
  /** Whether the word that the dialog is for, or a form of it, is in the text. */
  readonly targetUsed: boolean;
  /**
   * BCP 47 tag of the language that the dialog was written in. The profile may have another one since. Null for dialogs
   * that were checked before it was kept.
   */
  readonly language: string | null;
}
