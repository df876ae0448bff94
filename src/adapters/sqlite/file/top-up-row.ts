import { SKIP_REASONS } from '../../../model/skip-reason.ts';
import { boundedLists } from '../../../model/top-up-bounds.ts';
import { TOP_UP_OUTCOMES } from '../../../model/top-up-outcome.ts';
import { type SkippedWordRecord, TOP_UP_STATES, type TopUpRecord } from '../../../model/top-up-record.ts';
import type { NewTopUp } from '../../../ports/top-ups.ts';
import { type Bind, keepable } from './binds.ts';
import { integer, integerOrNull, list, oneOf, text, textOrNull } from './values.ts';

/** The columns of a top-up, in the order that `topUpOf` reads. */
export const TOP_UP = `json_array(top_ups.profile_id, top_ups.id, top_ups.process, top_ups.state, top_ups.min,
  top_ups.unused_total, json(top_ups.created_ids), json(top_ups.skipped), top_ups.calls, top_ups.input_tokens,
  top_ups.output_tokens, top_ups.outcome, top_ups.cancel_requested, top_ups.started_at, top_ups.ended_at,
  top_ups.version)`;

export function topUpOf(row: readonly unknown[]): TopUpRecord {
  return {
    profileId: text(row[0]),
    id: text(row[1]),
    process: text(row[2]),
    state: oneOf(TOP_UP_STATES, row[3]),
    min: integer(row[4]),
    unusedTotal: integer(row[5]),
    ...boundedLists({ createdIds: list(row[6]).map(text), skipped: list(row[7]).map(skippedOf) }),
    spend: {
      calls: integer(row[8]),
      inputTokens: integerOrNull(row[9]),
      outputTokens: integerOrNull(row[10]),
    },
    outcome: row[11] === null ? null : oneOf(TOP_UP_OUTCOMES, row[11]),
    cancelRequested: integer(row[12]) === 1,
    startedAt: new Date(integer(row[13])),
    endedAt: row[14] === null ? null : new Date(integer(row[14])),
    version: String(integer(row[15])),
  };
}

function skippedOf(value: unknown): SkippedWordRecord {
  const [wordId, reason, message] = list(value);
  return { wordId: text(wordId), reason: oneOf(SKIP_REASONS, reason), message: textOrNull(message ?? null) };
}

/** The columns that a change of a top-up writes, in the order of `CHANGEABLE`. */
export function changeable(record: NewTopUp): Bind[] {
  const { createdIds, skipped } = boundedLists(record);
  return [
    keepable(record.process),
    record.state,
    record.min,
    record.unusedTotal,
    JSON.stringify(createdIds),
    JSON.stringify(skipped.map(({ wordId, reason, message }) => [wordId, reason, message])),
    record.spend.calls,
    record.spend.inputTokens,
    record.spend.outputTokens,
    record.outcome,
    Number(record.cancelRequested),
    record.startedAt.getTime(),
    record.endedAt?.getTime() ?? null,
  ];
}

/** The names of the columns that `changeable` returns. */
export const CHANGEABLE = `process, state, min, unused_total, created_ids, skipped, calls, input_tokens, output_tokens,
  outcome, cancel_requested, started_at, ended_at`;
