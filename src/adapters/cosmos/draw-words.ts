import type { Draw, DrawPosition, TaughtState } from '../../ports/words.ts';
import type { Containers } from './client/containers.ts';
import { IS_WORD_IN_STATES, MAY_GET_DIALOGS, parseWord } from './documents/word-document.ts';

/** Draws words from the ring of their ids: one request, and another where the draw goes past the end of the ids. */
export async function drawWords(
  { words }: Containers,
  profileId: string,
  state: TaughtState,
  from: DrawPosition,
  limit: number,
): Promise<Draw> {
  const { start } = from;
  const find = (where: string, count: number, values: Record<string, string>) => {
    const query = {
      select: 'c.id, c.profile_id, c.text, c.translation, c.state, c.created_at',
      top: count,
      where: `${IS_WORD_IN_STATES} AND ${MAY_GET_DIALOGS} AND ${where}`,
      orderBy: 'c.id',
      values: { '@states': [state], ...values },
    };
    return words.queryProfile(profileId, query, parseWord);
  };
  const findToEnd = () =>
    from.after === null
      ? find('c.id >= @start', limit + 1, { '@start': start })
      : find('c.id > @after', limit + 1, { '@after': from.after });
  const findToStart = (after: string, count: number) =>
    find('c.id > @after AND c.id < @start', count, { '@after': after, '@start': start });

  const toEnd = from.wrapped ? [] : await findToEnd();
  const wraps = toEnd.length <= limit;
  const toStart = wraps
    ? await findToStart(from.wrapped ? (from.after ?? '') : '', limit + 1 - toEnd.length)
    : [];
  const drawn = [...toEnd, ...toStart].slice(0, limit);
  const hasMore = toEnd.length + toStart.length > limit;
  const last = drawn.at(-1);
  if (!hasMore || last === undefined) return { words: drawn, next: null };
  const wrapped = from.wrapped || drawn.length > toEnd.length;
  return { words: drawn, next: { start, after: last.id, wrapped } };
}

export async function lastWordId(
  { words }: Containers,
  profileId: string,
  state: TaughtState,
): Promise<string | null> {
  const query = {
    select: 'c.id, c.profile_id, c.text, c.translation, c.state, c.created_at',
    top: 1,
    where: `${IS_WORD_IN_STATES} AND ${MAY_GET_DIALOGS}`,
    orderBy: 'c.id DESC',
    values: { '@states': [state] },
  };
  const [word] = await words.queryProfile(profileId, query, parseWord);
  return word?.id ?? null;
}
