import type { Page, PageRequest, Position } from '../../../model/page.ts';
import { type DocumentContainer, stored } from '../client/container.ts';
import type { Parse, Query } from '../client/query.ts';
import { readDate, UNKNOWN_DATE } from './date.ts';

/** The documents that a connection lists. */
export interface Listing<Node> {
  readonly container: DocumentContainer;
  /** Parses a document that `where` matches; null leaves it out. */
  readonly parse: Parse<Node>;
  /** The profile whose documents are listed; null to list profiles, each of which is a partition. */
  readonly profileId: string | null;
  /** One condition, or several joined by AND. An OR must be in parentheses. */
  readonly where: string;
  readonly values?: Query['values'];
}

/** A document that was found, with the fields that it is ordered by. */
interface Found<Node> {
  readonly id: string;
  readonly created_at: unknown;
  /** Null if the document is left out. */
  readonly node: Node | null;
}

/** Documents in their order. */
interface Part<Node> {
  readonly found: readonly Found<Node>[];
  /** Whether more documents follow. */
  readonly hasMore: boolean;
}

/** A position among the documents with a date, which come before those without. */
interface DatedPosition {
  /** The text in the document. Other programs write dates in other formats than this store. */
  readonly date: string;
  readonly id: string;
}

/** A position among the documents without a date. */
interface UndatedPosition {
  readonly date: null;
  readonly id: string;
}

const START: DatedPosition = { date: '', id: '' };
/** Sorts after every year of four digits. */
const AFTER_ALL_YEARS = ':';

/**
 * Reads a page: oldest first, and by id if the dates are equal. Documents without a date come last.
 *
 * The query orders by one field, because every container can do that, and documents with equal dates are ordered here.
 * A page takes one request. It takes a second one if documents with the same date go on after the page, or if fewer
 * dated documents follow than `enough`. With `after`, one more request is sent at the same time as the first: it reads
 * the document at that position, because its date may be in another format.
 *
 * If the service finds documents that `parse` leaves out, further requests fill the page. `hasNextPage` may be true then
 * although only such documents follow.
 *
 * @param enough if the page has at least this number of dated documents, undated ones are not read
 */
export async function readPage<Node>(
  listing: Listing<Node>,
  { first, after }: PageRequest,
  enough = first + 1,
): Promise<Page<Node>> {
  const guess = after === null ? START : { date: dateText(after.createdAt), id: after.id };
  const [start, guessed] = await Promise.all([
    after === null ? START : positionOf(listing, after),
    datedAfter(listing, guess, first + 1),
  ]);
  let part = await partAfter(listing, start, first, enough, start.date === guess.date ? guessed : null);
  const nodes = nodesOf(part.found);
  let from: DatedPosition | UndatedPosition = start;
  while (part.hasMore && nodes.length < Math.min(first, enough)) {
    from = lastPosition(part.found) ?? from;
    part = await partAfter(listing, from, first - nodes.length, enough - nodes.length, null);
    nodes.push(...nodesOf(part.found));
  }
  return { nodes, hasNextPage: part.hasMore };
}

/**
 * The next `count` documents.
 * @param known what `datedAfter` returned for this position and one document more than `count`; null to ask for it
 */
async function partAfter<Node>(
  listing: Listing<Node>,
  start: DatedPosition | UndatedPosition,
  count: number,
  enough: number,
  known: Found<Node>[] | null,
): Promise<Part<Node>> {
  const wanted = count + 1;
  if (start.date === null) return partOf(await undatedAfter(listing, start.id, wanted), count);
  const sorted = (known ?? (await datedAfter(listing, start, wanted))).sort(byPosition);
  if (sorted.length < wanted) {
    if (nodesOf(sorted).length >= enough) return partOf(sorted, count);
    return partOf([...sorted, ...(await undatedAfter(listing, '', wanted - sorted.length))], count);
  }
  const [lastShown, firstAfter] = [sorted[count - 1], sorted[count]];
  if (firstAfter === undefined || lastShown?.created_at !== firstAfter.created_at)
    return partOf(sorted, count);
  // The query is limited, so it may have left out any of the documents with the last date.
  const date = String(firstAfter.created_at);
  const before = sorted.filter((document) => document.created_at !== date);
  const tied = await ofDate(listing, date, date === start.date ? start.id : '', wanted - before.length);
  return { ...partOf([...before, ...tied], count), hasMore: true };
}

function partOf<Node>(found: readonly Found<Node>[], count: number): Part<Node> {
  return { found: found.slice(0, count), hasMore: found.length > count };
}

function nodesOf<Node>(found: readonly Found<Node>[]): Node[] {
  return found.flatMap(({ node }) => (node === null ? [] : [node]));
}

/** The position of the last document; null if there is none. */
function lastPosition(found: readonly Found<unknown>[]): DatedPosition | UndatedPosition | null {
  const last = found.at(-1);
  if (last === undefined) return null;
  return { date: typeof last.created_at === 'string' ? last.created_at : null, id: last.id };
}

/** The position in the format of the document that is there. */
async function positionOf(
  listing: Listing<unknown>,
  { createdAt, id }: Position,
): Promise<DatedPosition | UndatedPosition> {
  const found = await listing.container.read(listing.profileId ?? id, id);
  const date = found?.created_at;
  const shown = readDate(date) ?? UNKNOWN_DATE;
  // If the document was deleted or replaced, the position is in the format of this store.
  const isSame = found !== null && shown.getTime() === createdAt.getTime();
  if (isSame && typeof date === 'string') return { date, id };
  const isUndated = isSame || (found === null && createdAt.getTime() === UNKNOWN_DATE.getTime());
  return { date: isUndated ? null : dateText(createdAt), id };
}

/** A date in the format of this store, in which texts sort as their dates do. */
function dateText(date: Date): string {
  return date.getUTCFullYear() > 9999 ? AFTER_ALL_YEARS : date.toISOString();
}

/** The next `count` documents by date. Of those with the last date, any may come first, and some may be missing. */
function datedAfter<Node>(
  listing: Listing<Node>,
  { date, id }: DatedPosition,
  count: number,
): Promise<Found<Node>[]> {
  const position = 'c.created_at >= @date AND (c.created_at > @date OR c.id > @id)';
  return find(listing, position, 'c.created_at', count, { '@date': date, '@id': id });
}

/** The next `count` documents of a date, by id. */
function ofDate<Node>(
  listing: Listing<Node>,
  date: string,
  afterId: string,
  count: number,
): Promise<Found<Node>[]> {
  const values = { '@date': date, '@id': afterId };
  return find(listing, 'c.created_at = @date AND c.id > @id', 'c.id', count, values);
}

/** The next `count` documents without a date, by id. */
function undatedAfter<Node>(listing: Listing<Node>, id: string, count: number): Promise<Found<Node>[]> {
  return find(listing, 'NOT IS_STRING(c.created_at) AND c.id > @id', 'c.id', count, { '@id': id });
}

function find<Node>(
  { container, profileId, where, values, parse }: Listing<Node>,
  position: string,
  orderBy: string,
  count: number,
  positionValues: Query['values'],
): Promise<Found<Node>[]> {
  const query = {
    select: '*',
    top: count,
    where: `${where} AND ${position}`,
    orderBy,
    values: { ...values, ...positionValues },
  };
  const parseFound = (found: unknown): Found<Node> => {
    const document = stored(found);
    return { id: document.id, created_at: document.created_at, node: parse(document) };
  };
  return profileId === null
    ? container.queryEverywhere(query, parseFound)
    : container.queryProfile(profileId, query, parseFound);
}

function byPosition(one: Found<unknown>, other: Found<unknown>): number {
  const [date, otherDate] = [String(one.created_at), String(other.created_at)];
  if (date !== otherDate) return date < otherDate ? -1 : 1;
  return one.id < other.id ? -1 : 1;
}
