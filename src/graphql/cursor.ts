import { z } from 'zod';
import { BadUserInput } from '../model/errors.ts';
import type { Position } from '../model/page.ts';

/** The decoded cursor: the node type of its connection, the node's creation time in milliseconds and the node's id. */
const content = z.tuple([z.string(), z.int(), z.string()]);

/** The longest cursor, in characters. It contains an id, and an id of another writer has at most 1,023 bytes. */
const MAX_CURSOR = 10_000;

/** The cursor of a node: opaque to clients, and valid only in connections of the same node type. */
export function cursorOf(type: string, { createdAt, id }: Position): string {
  return Buffer.from(JSON.stringify([type, createdAt.getTime(), id])).toString('base64url');
}

/**
 * The position that a cursor stands for.
 * @throws {BadUserInput} if `cursorOf` did not make the cursor, or made it for another type
 */
export function positionOf(type: string, cursor: string): Position {
  const text = cursor.length > MAX_CURSOR ? '' : Buffer.from(cursor, 'base64url').toString();
  const parsed = content.safeParse(json(text));
  const createdAt = new Date(parsed.success ? parsed.data[1] : Number.NaN);
  if (!parsed.success || parsed.data[0] !== type || Number.isNaN(createdAt.getTime())) {
    throw new BadUserInput('after', 'must be a cursor of this connection, such as its `endCursor`');
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
