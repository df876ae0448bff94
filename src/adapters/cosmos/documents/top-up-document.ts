import { z } from 'zod';
import type { Position } from '../../../model/page.ts';
import { SKIP_REASONS } from '../../../model/skip-reason.ts';
import { boundedLists, MAX_CREATED_IDS, MAX_SKIPPED } from '../../../model/top-up-bounds.ts';
import { TOP_UP_OUTCOMES } from '../../../model/top-up-outcome.ts';
import { TOP_UP_STATES, type TopUpRecord } from '../../../model/top-up-record.ts';
import type { NewTopUp } from '../../../ports/top-ups.ts';
import { readDate, UNKNOWN_DATE } from './date.ts';
import { cutText } from './text.ts';

const whole = z.int().min(0);
const dialogIdText = z.string().max(1_023);
const skippedWord = z.object({
  word_id: z.string().max(1_023),
  reason: z.enum(SKIP_REASONS),
  message: z.string().nullable().catch(null),
});

const topUpDocument = z.object({
  id: z.string(),
  profile_id: z.string(),
  _etag: z.string(),
  place: z.string(),
  state: z.enum(TOP_UP_STATES),
  process: cutText(200).catch(''),
  min: whole.catch(0),
  unused_total: whole.catch(0),
  created_ids: z.unknown().optional(),
  skipped: z.unknown().optional(),
  calls: whole.catch(0),
  input_tokens: whole.nullable().catch(null),
  output_tokens: whole.nullable().catch(null),
  outcome: z.enum(TOP_UP_OUTCOMES).nullable().catch(null),
  cancel_requested: z.boolean().catch(false),
  started_at: z.unknown().optional(),
  ended_at: z.unknown().optional(),
});

/** The condition of a query for the documents that `parseTopUp` accepts, in one of the states `@states`. */
export const IS_TOP_UP_IN_STATES = 'IS_STRING(c.place) AND ARRAY_CONTAINS(@states, c.state)';

/** Parses a whole document; null if it is no top-up. Fields with invalid values are read as if they were missing. */
export function parseTopUp(document: unknown): TopUpRecord | null {
  const { data } = topUpDocument.safeParse(document);
  if (data === undefined) return null;
  return {
    id: data.id,
    profileId: data.profile_id,
    process: data.process,
    state: data.state,
    min: data.min,
    unusedTotal: data.unused_total,
    ...boundedLists({
      createdIds: readEach(data.created_ids, MAX_CREATED_IDS, dialogIdText),
      skipped: readEach(data.skipped, MAX_SKIPPED, skippedWord).map(({ word_id, reason, message }) => ({
        wordId: word_id,
        reason,
        message,
      })),
    }),
    spend: { calls: data.calls, inputTokens: data.input_tokens, outputTokens: data.output_tokens },
    outcome: data.outcome,
    cancelRequested: data.cancel_requested,
    startedAt: readDate(data.started_at) ?? UNKNOWN_DATE,
    endedAt: readDate(data.ended_at),
    version: data._etag,
  };
}

/** The first items of a list, without those that are invalid. */
function readEach<Item>(list: unknown, most: number, item: z.ZodType<Item>): Item[] {
  const items: unknown[] = Array.isArray(list) ? list.slice(0, most) : [];
  return items.flatMap((one) => {
    const parsed = item.safeParse(one);
    return parsed.success ? [parsed.data] : [];
  });
}

/** A record as the fields of a document. */
export function topUpFields(record: NewTopUp): { id: string } & Record<string, unknown> {
  const { createdIds, skipped } = boundedLists(record);
  return {
    id: record.id,
    profile_id: record.profileId,
    place: placeOf({ createdAt: record.startedAt, id: record.id }),
    state: record.state,
    process: record.process,
    min: record.min,
    unused_total: record.unusedTotal,
    created_ids: createdIds,
    skipped: skipped.map(({ wordId, reason, message }) => ({ word_id: wordId, reason, message })),
    calls: record.spend.calls,
    input_tokens: record.spend.inputTokens,
    output_tokens: record.spend.outputTokens,
    outcome: record.outcome,
    cancel_requested: record.cancelRequested,
    started_at: record.startedAt.toISOString(),
    ended_at: record.endedAt?.toISOString() ?? null,
  };
}

/** Sorts after every date with a year of four digits. */
const AFTER_ALL_YEARS = ':';

/** A text that sorts as the position does, because a query orders by one field. Dates are of equal length. */
export function placeOf({ createdAt, id }: Position): string {
  const date = createdAt.getUTCFullYear() > 9999 ? AFTER_ALL_YEARS : createdAt.toISOString();
  return `${date} ${id}`;
}
