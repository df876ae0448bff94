import type { Dialog } from '../../../model/dialog.ts';
import { shortenedTag, TAG_LENGTH } from '../../../model/language-tag.ts';
import { CEFR_LEVELS, type Profile, WORD_ORDERS, WORD_PROGRESSES } from '../../../model/profile.ts';
import type { SelfCheck } from '../../../model/self-check.ts';
import { WORD_STATES, type Word } from '../../../model/word.ts';
import { memoryOf, reviewOf } from './review-row.ts';
import { dialogTrialOf } from './trial-row.ts';
import { turnsOf } from './turn-row.ts';
import { id, integer, integerOrNull, list, number, oneOf, text, textOrNull } from './values.ts';

/** The beginning of a language tag: enough to see whether it is too long. */
const tagOf = (column: string) => `substr(${column}, 1, ${TAG_LENGTH.max + 1})`;

/** The columns of a profile, in the order that `profileOf` reads. */
export const PROFILE = `json_array(profiles.id, profiles.name, ${tagOf('profiles.native_language')},
  ${tagOf('profiles.target_language')}, profiles.level, profiles.ref_voice_id, profiles.min_dialogs,
  profiles.auto_top_up, profiles.max_calls_per_day, profiles.created_at, profiles.owner_id,
  profiles.word_order, profiles.word_progress)`;

/**
 * Earlier versions accepted language tags of any length. A profile with a longer tag is still read, since its dialogs
 * were paid for. Its tag is shortened to the limit, and still begins with the language.
 */
export function profileOf(row: readonly unknown[]): Profile {
  return {
    id: text(row[0]),
    ownerId: textOrNull(row[10]),
    name: text(row[1]),
    nativeLanguage: shortenedTag(text(row[2])),
    targetLanguage: shortenedTag(text(row[3])),
    level: row[4] === null ? null : oneOf(CEFR_LEVELS, row[4]),
    refVoiceId: textOrNull(row[5]),
    minDialogs: integer(row[6]),
    autoTopUp: integer(row[7]) === 1,
    maxCallsPerDay: integerOrNull(row[8]),
    wordOrder: oneOf(WORD_ORDERS, row[11]),
    wordProgress: oneOf(WORD_PROGRESSES, row[12]),
    createdAt: new Date(integer(row[9])),
  };
}

/** The columns of a word, in the order that `wordOf` reads. */
export const WORD = `json_array(words.profile_id, words.id, words.text, words.translation, words.state,
  words.created_at, json(words.memory), words.dialog_series)`;

export function wordOf(row: readonly unknown[]): Word {
  return {
    profileId: text(row[0]),
    id: id(row[1]),
    text: text(row[2]),
    translation: textOrNull(row[3]),
    state: oneOf(WORD_STATES, row[4]),
    createdAt: new Date(integer(row[5])),
    memory: row[6] === null ? null : memoryOf(list(row[6])),
    dialogSeries: textOrNull(row[7]),
  };
}

/**
 * A dialog as `dialogOf` reads it: a list of columns, and what is JSON already. That is taken over as it is: as a value of
 * `json_array`, SQLite would parse and print it again.
 */
export const DIALOG = `concat('[', json_array(dialogs.profile_id, dialogs.id, dialogs.word_id, dialogs.generator,
  dialogs.ref_voice_id, dialogs.created_at, dialogs.used_at, dialogs.style), ',', dialogs.turns, ',',
  coalesce(dialogs.review, 'null'), ',', coalesce(dialogs.self_check, 'null'), ',',
  coalesce(dialogs.trial, 'null'), ']')`;

export function dialogOf([columns, turns, review, selfCheck, trial]: readonly unknown[]): Dialog {
  const row = list(columns);
  return {
    profileId: text(row[0]),
    id: id(row[1]),
    wordId: id(row[2]),
    generator: text(row[3]),
    refVoiceId: textOrNull(row[4]),
    createdAt: new Date(integer(row[5])),
    isUsed: row[6] !== null,
    usedAt: row[6] === null ? null : new Date(integer(row[6])),
    turns: turnsOf(turns),
    style: textOrNull(row[7]),
    selfCheck: selfCheck === null ? null : selfCheckOf(list(selfCheck)),
    trial: trial === null ? null : dialogTrialOf(list(trial)),
    review: review === null ? null : reviewOf(list(review)),
  };
}

function selfCheckOf(row: readonly unknown[]): SelfCheck {
  const [share, used, language = null] = row;
  return { knownShare: number(share), targetUsed: integer(used) === 1, language: textOrNull(language) };
}

export function selfCheckColumn({ knownShare, targetUsed, language }: SelfCheck): string {
  return JSON.stringify([knownShare, Number(targetUsed), language]);
}

/** A row with its place among the keys that are `asked`, as `inPlaces` reads it. */
export const withPlace = (row: string) => `concat('[', asked.key, ',', ${row}, ']')`;

/** Puts each row of `withPlace` at its place, read by `parse`; null elsewhere. */
export function inPlaces<Node>(
  places: number,
  rows: readonly (readonly unknown[])[],
  parse: (row: readonly unknown[]) => Node,
): (Node | null)[] {
  const nodes = new Array<Node | null>(places).fill(null);
  for (const [place, row] of rows) nodes[integer(place)] = parse(list(row));
  return nodes;
}
