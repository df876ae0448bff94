import { z } from 'zod';
import { BadUserInput } from '../model/errors.ts';
import type { Position } from '../model/page.ts';

/** A cursor without its wrapping: the type of its connection, the time in milliseconds, the id. */
const content = z.tuple([z.string(), z.int(), z.string()]);

/** Most characters of a cursor. Ids of other writers, which are in it, have 1,023 bytes at most. */
const MAX_CURSOR = 10_000;

/** The cursor of a node: opaque to the client, and good for connections of one type only. */
export function cursorOf(type: string, { createdAt, id }: Position): string {
  return Buffer.from(JSON.stringify([type, createdAt.getTime(), id])).toString('base64url');
}

/** @throws {BadUserInput} where the cursor is not one of ours or belongs to a connection of another type */
export function positionOf(type: string, cursor: string): Position {
  const text = cursor.length > MAX_CURSOR ? '' : Buffer.from(cursor, 'base64url').toString();
  const parsed = content.safeParse(json(text));
  const createdAt = new Date(parsed.success ? parsed.data[1] : Number.NaN);
  if (!parsed.success || parsed.data[0] !== type || Number.isNaN(createdAt.getTime())) {
    throw new BadUserInput('after', 'must be a cursor of this connection, as `endCursor` gives it');
  }
  return { createdAt, id: parsed.data[2] };
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
