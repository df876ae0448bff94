import type { Turn } from '../../../model/dialog.ts';
import { list, text, textOrNull } from './values.ts';

/*
 * The turns of a dialog, as a JSON list of lists in a column. Earlier versions wrote objects, which take a third more space
 * and half as much time again to parse. Their dialogs were paid for, and are read too.
 */

export function turnsOf(value: unknown): Turn[] {
  return list(value).map((turn) => turnOf(Array.isArray(turn) ? turn : columnsOf(turn)));
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

/** The columns of a turn that an earlier version has written. */
function columnsOf(value: unknown): unknown[] {
  const turn: { readonly [Field in keyof Turn]?: unknown } =
    typeof value === 'object' && value !== null ? value : {};
  return [turn.speaker, turn.text, turn.translation, turn.audio];
}
