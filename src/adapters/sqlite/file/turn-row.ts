import type { Turn } from '../../../model/dialog.ts';
import { list, text, textOrNull } from './values.ts';

/* The turns of a dialog, as a JSON list of lists in a column. Objects would repeat the names of their fields in each turn. */

export function turnsOf(value: unknown): Turn[] {
  return list(value).map((turn) => turnOf(list(turn)));
}

export function turnsColumn(turns: readonly Turn[]): string {
  return JSON.stringify(turns.map((turn) => [turn.speaker, turn.text, turn.translation, turn.audio]));
}

function turnOf(row: readonly unknown[]): Turn {
  return {
    speaker: text(row[0]),
    text: text(row[1]),
    translation: textOrNull(row[2]),
    audio: textOrNull(row[3]),
  };
}
