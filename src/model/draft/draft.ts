/** One utterance as a generator wrote it. Generators give every turn a translation. */
export interface DraftTurn {
  readonly speaker: string;
  readonly text: string;
  readonly translation: string;
}

/** A dialog as a generator wrote it, not yet checked or stored. */
export interface Draft {
  readonly turns: readonly DraftTurn[];
  /** Inflected forms of the word that the generator says it used, in case the word's own text does not appear. */
  readonly forms?: readonly string[];
}
