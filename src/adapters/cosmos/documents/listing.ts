import type { Page, PageRequest, Position } from '../../../model/page.ts';
import { type DocumentContainer, type Parse, type Query, stored } from '../client/container.ts';
import { readDate, UNKNOWN_DATE } from './date.ts';

/** The documents of a connection. */
export interface Listing<Node> {
  readonly container: DocumentContainer;
  /** Reads a document that `where` matches; null if it is to be left out. */
  readonly parse: Parse<Node>;
  /** Whose documents; null for profiles, which are their own partitions. */
  readonly profileId: string | null;
  /** Conditions that all hold, joined by AND. */
  readonly where: string;
  readonly values?: Query['values'];
}

/** A document that was found, and where it stands. */
interface Placed<Node> {
  readonly id: string;
  readonly created_at: unknown;
  readonly node: Node;
}

/** A place among the documents that tell their date, which stand before those that tell none. */
interface DatedPlace {
  /** As the document tells it: other writers write dates in other ways than we do. */
  readonly date: string;
  readonly id: string;
}

/** A place among the documents that tell no date. */
interface UndatedPlace {
  readonly date: null;
  readonly id: string;
}

const BEGINNING: DatedPlace = { date: '', id: '' };
/** Behind every year of four digits. */
const AFTER_ALL_YEARS = ':';

/**
 * Reads a page: oldest first, and by id where two have the same date. Documents that tell no date come last.
 *
 * It orders by a single field in the store, which every container can, and settles ties itself. That takes one
 * request, a second one where a tie goes on behind the page or no more dated documents follow, and behind a place
 * one more beside the first, to see how the document there writes its date.
 *
 * @param enough so many dated documents will do: only where there are fewer are the others looked for
 */
export async function readPage<Node>(
  listing: Listing<Node>,
  { first, after }: PageRequest,
  enough = first + 1,
): Promise<Page<Node>> {
  const wanted = first + 1;
  const guess = after === null ? BEGINNING : { date: dateText(after.createdAt), id: after.id };
  const [place, guessed] = await Promise.all([
    after === null ? BEGINNING : findPlace(listing, after),
    datedBehind(listing, guess, wanted),
  ]);
  if (place.date === null) return page(await undatedBehind(listing, place.id, wanted), first);
  const dated = place.date === guess.date ? guessed : await datedBehind(listing, place, wanted);
  const sorted = dated.sort(byPlace);
  if (sorted.length < enough)
    return page([...sorted, ...(await undatedBehind(listing, '', wanted - sorted.length))], first);
  const [lastShown, firstBehind] = [sorted[first - 1], sorted[first]];
  if (firstBehind === undefined || lastShown?.created_at !== firstBehind.created_at)
    return page(sorted, first);
  // The store may have left out any of those of the last date.
  const date = String(firstBehind.created_at);
  const before = sorted.filter((document) => document.created_at !== date);
  const tied = await ofDate(listing, date, date === place.date ? place.id : '', wanted - before.length);
  return { ...page([...before, ...tied], first), hasNextPage: true };
}

function page<Node>(found: readonly Placed<Node>[], first: number): Page<Node> {
  return { nodes: found.slice(0, first).map(({ node }) => node), hasNextPage: found.length > first };
}

async function findPlace(
  listing: Listing<unknown>,
  { createdAt, id }: Position,
): Promise<DatedPlace | UndatedPlace> {
  const found = await listing.container.read(listing.profileId ?? id, id);
  const date = found?.created_at;
  const shown = readDate(date) ?? UNKNOWN_DATE;
  // What stood there may be gone, or be another by now; then the place is where we would have put it.
  const isThere = found !== null && shown.getTime() === createdAt.getTime();
  if (isThere && typeof date === 'string') return { date, id };
  const tellsNone = isThere || (found === null && createdAt.getTime() === UNKNOWN_DATE.getTime());
  return { date: tellsNone ? null : dateText(createdAt), id };
}

/** A date as we write it, such that texts stand in the order of their dates. */
function dateText(date: Date): string {
  return date.getUTCFullYear() > 9999 ? AFTER_ALL_YEARS : date.toISOString();
}

/** The next so many by date, those of the last date in any order and perhaps not all. */
function datedBehind<Node>(
  listing: Listing<Node>,
  { date, id }: DatedPlace,
  count: number,
): Promise<Placed<Node>[]> {
  const where = 'c.created_at > @date OR (c.created_at = @date AND c.id > @id)';
  return find(listing, where, 'c.created_at', count, { '@date': date, '@id': id });
}

function ofDate<Node>(
  listing: Listing<Node>,
  date: string,
  afterId: string,
  count: number,
): Promise<Placed<Node>[]> {
  const values = { '@date': date, '@id': afterId };
  return find(listing, 'c.created_at = @date AND c.id > @id', 'c.id', count, values);
}

function undatedBehind<Node>(listing: Listing<Node>, id: string, count: number): Promise<Placed<Node>[]> {
  return find(listing, 'NOT IS_STRING(c.created_at) AND c.id > @id', 'c.id', count, { '@id': id });
}

function find<Node>(
  { container, profileId, where, values, parse }: Listing<Node>,
  place: string,
  orderBy: string,
  count: number,
  placeValues: Query['values'],
): Promise<Placed<Node>[]> {
  const query = {
    select: '*',
    top: count,
    where: `${where} AND (${place})`,
    orderBy,
    values: { ...values, ...placeValues },
  };
  const placed = (found: unknown): Placed<Node> | null => {
    const document = stored(found);
    const node = parse(document);
    return node === null ? null : { id: document.id, created_at: document.created_at, node };
  };
  return profileId === null
    ? container.queryEverywhere(query, placed)
    : container.queryProfile(profileId, query, placed);
}

function byPlace(one: Placed<unknown>, other: Placed<unknown>): number {
  const [date, otherDate] = [String(one.created_at), String(other.created_at)];
  if (date !== otherDate) return date < otherDate ? -1 : 1;
  return one.id < other.id ? -1 : 1;
}
