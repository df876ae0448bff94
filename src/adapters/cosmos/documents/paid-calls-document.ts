import { z } from 'zod';

/** How many tokens of writes a document has. A write whose response was lost is settled long before this number of others follow. */
const MAX_WRITES = 50;

const paidCallsDocument = z.object({
  calls: z.int().min(0).catch(0),
  writes: z.array(z.string()).catch([]),
});

/**
 * The id of the count of a day, in the container of the top-ups. The id of a top-up has no colon, and the document of a
 * count has no `place`, so that no query for top-ups finds it.
 */
export function paidCallsId(day: string): string {
  return `calls:${day}`;
}

/** The total in a document; 0 if there is none. */
export function callsIn(document: unknown): number {
  return paidCallsDocument.safeParse(document).data?.calls ?? 0;
}

/** Whether the write with this token is a part of the document. */
export function hasWrite(document: unknown, token: string): boolean {
  return paidCallsDocument.safeParse(document).data?.writes.includes(token) ?? false;
}

/** The fields that a write changes. The tokens of the last writes are kept, so that no write is carried out twice. */
export function written(document: unknown, calls: number, token: string): Record<string, unknown> {
  const writes = paidCallsDocument.safeParse(document).data?.writes ?? [];
  return { calls, writes: [...writes, token].slice(-MAX_WRITES) };
}
