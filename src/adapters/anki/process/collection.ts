import Libsql from 'libsql';
import type { Card, CardReview, Note, NoteType } from '../../../ports/decks.ts';
import { Fault } from './fault.ts';

/** How many notes are read at once, and the most cards of them all. */
const PAGE = 50;
const MAX_CARDS = 25_000;
/** The most answers that are read of a card, and of the cards of the notes that are read at once. */
const MAX_CARD_REVIEWS = 200;
const MAX_REVIEWS = 50_000;
/** How much of the fields of a note is read, and how much of it is sent on, in characters. */
const MAX_READ = 1_000_000;
const MAX_SENT = 100_000;
/** The longest part of a field that is sent on, in characters. Longer fields are no words. */
const MAX_FIELD = 20_100;
/** How much of the first note of a type, and of those of all types, is sent on, in characters. */
const MAX_SAMPLE = 5_000;
const MAX_SAMPLES = 500_000;
/** The most note types, the most fields of them all, and the longest name that is sent on, in characters. */
const MAX_NOTE_TYPES = 1_000;
const MAX_FIELDS = 5_000;
const MAX_NAME = 200;

/** Stands between the fields of a note. */
const FIELD_SEPARATOR = '\x1f';

/** The grades by the numbers of Anki's answer buttons, from 1. */
const GRADES_BY_BUTTON = ['again', 'hard', 'good', 'easy'] as const;

const NEW = 0;
const SUSPENDED = -1;
/** The type of a row in the review log that no answer has made. */
const MANUAL = 4;

/** A collection of Anki: a SQLite file that another program wrote, and that may be hostile. */
export class Collection {
  readonly #database: Libsql.Database;
  readonly #tables: ReadonlySet<string>;

  /** @throws {Fault | Libsql.SqliteError} */
  constructor(path: string) {
    this.#database = new Libsql(path, { fileMustExist: true });
    this.#database.exec('PRAGMA trusted_schema = OFF; PRAGMA query_only = ON; PRAGMA cell_size_check = ON;');
    this.#tables = this.#plainTables();
    for (const table of ['notes', 'cards', 'col']) {
      if (!this.#tables.has(table)) throw new Fault('The database in the package is no collection of Anki.');
    }
  }

  noteTypes(): NoteType[] {
    const types = this.#tables.has('notetypes') ? this.#typesOfTables() : this.#typesOfJson();
    const fieldTotal = types.reduce((sum, { fields }) => sum + fields.length, 0);
    if (types.length > MAX_NOTE_TYPES || fieldTotal > MAX_FIELDS) {
      throw new Fault(
        `The package has more than ${MAX_NOTE_TYPES} note types, or more than ${MAX_FIELDS} fields of them.`,
      );
    }
    const counts = new Map<number, number>();
    for (const [mid, count] of this.#rows('SELECT mid, count(*) FROM notes GROUP BY mid')) {
      counts.set(integer(mid), integer(count));
    }
    const sample = Math.min(MAX_SAMPLE, Math.floor(MAX_SAMPLES / types.length));
    return types.map(({ id, name, fields }) => {
      const [first] = this.#rows(
        'SELECT substr(flds, 1, ?2) FROM notes WHERE mid = ?1 ORDER BY id LIMIT 1',
        id,
        sample,
      );
      return { id, name, fields, notes: counts.get(id) ?? 0, sample: first ? fieldsOf(first[0]) : null };
    });
  }

  /** The notes in the order of their ids, in pages. */
  *notes(): Iterable<Note[]> {
    let after = Number.MIN_SAFE_INTEGER;
    for (;;) {
      const rows = this.#rows(
        'SELECT id, mid, substr(flds, 1, ?3) FROM notes WHERE id > ?1 ORDER BY id LIMIT ?2',
        after,
        PAGE,
        MAX_READ,
      );
      const ids = rows.map(([id]) => integer(id));
      const cards = this.#cardsOf(ids);
      yield rows.map(([, mid, fields], index) => {
        const id = ids[index] ?? 0;
        // Also a damaged index must not make the reading go round.
        if (id <= after) throw new Fault('The collection in the package is damaged.');
        after = id;
        return { id, noteTypeId: integer(mid), fields: fieldsOf(fields), cards: cards.get(id) ?? [] };
      });
      if (rows.length < PAGE) return;
    }
  }

  #cardsOf(noteIds: readonly number[]): Map<number, Card[]> {
    const cards = new Map<number, Card[]>();
    const rows = this.#rows(
      `SELECT nid, id, type, queue, ivl FROM cards
       WHERE nid IN (SELECT value FROM json_each(?1)) ORDER BY nid, id LIMIT ?2`,
      JSON.stringify(noteIds),
      MAX_CARDS,
    );
    if (rows.length === MAX_CARDS) throw new Fault('The collection in the package is damaged.');
    // A share for each card, so that none is left without its answers because cards before it have many.
    const reviewsOfCard = Math.min(MAX_CARD_REVIEWS, Math.floor(MAX_REVIEWS / rows.length));
    for (const row of rows) {
      const [nid, id] = row.slice(0, 2).map(integer);
      const [type, queue, interval = 0] = row.slice(2).map(whole);
      if (nid === undefined || id === undefined) continue;
      const card = {
        isNew: type === NEW,
        isSuspended: queue === SUSPENDED,
        // Negative numbers are seconds.
        intervalDays: Math.max(0, interval),
        reviews: this.#reviewsOf(id, reviewsOfCard),
      };
      const others = cards.get(nid);
      if (others === undefined) cards.set(nid, [card]);
      else others.push(card);
    }
    return cards;
  }

  /**
   * The last answers to a card, oldest first, as Anki's own FSRS takes them: those since the card was last reset (type 4
   * without a factor). Other changes of a schedule by hand (types 4 and 5, or no button) are no answers, and neither is what
   * was answered in a filtered deck that does not reschedule (type 3 without a factor).
   */
  #reviewsOf(cardId: number, limit: number): CardReview[] {
    if (!this.#tables.has('revlog')) return [];
    const rows = this.#rows(
      `SELECT id, ease, type FROM revlog
       WHERE cid = ?1 AND (type = ${MANUAL} AND factor = 0
         OR ease BETWEEN 1 AND 4 AND (type BETWEEN 0 AND 2 OR type = 3 AND factor <> 0))
       ORDER BY id DESC LIMIT ?2`,
      cardId,
      limit,
    );
    const reset = rows.findIndex(([, , type]) => type === MANUAL);
    const sinceReset = reset < 0 ? rows : rows.slice(0, reset);
    return sinceReset.toReversed().flatMap(([at, button]) => {
      const grade = GRADES_BY_BUTTON[integer(button) - 1];
      return grade === undefined ? [] : [{ at: integer(at), grade }];
    });
  }

  /** The note types of the newer format. The collation of names is Anki's own, so names cannot be compared by SQLite. */
  #typesOfTables(): Pick<NoteType, 'id' | 'name' | 'fields'>[] {
    if (!this.#tables.has('fields')) throw new Fault('The database in the package is no collection of Anki.');
    const fields = new Map<number, string[]>();
    const ofFields = this.#rows(
      'SELECT ntid, substr(name, 1, ?1) FROM fields ORDER BY ntid, ord LIMIT ?2',
      MAX_NAME,
      MAX_FIELDS + 1,
    );
    for (const [ntid, name] of ofFields) {
      const id = integer(ntid);
      fields.set(id, [...(fields.get(id) ?? []), text(name)]);
    }
    return this.#rows(
      'SELECT id, substr(name, 1, ?1) FROM notetypes LIMIT ?2',
      MAX_NAME,
      MAX_NOTE_TYPES + 1,
    ).map(([id, name]) => ({ id: integer(id), name: text(name), fields: fields.get(integer(id)) ?? [] }));
  }

  /** The note types of the older format: one JSON object of all of them. */
  #typesOfJson(): Pick<NoteType, 'id' | 'name' | 'fields'>[] {
    const [[models] = []] = this.#rows('SELECT models FROM col LIMIT 1');
    const parsed: unknown = JSON.parse(text(models));
    return Object.entries(objectOf(parsed)).map(([id, model]) => {
      const { name, flds } = objectOf(model);
      if (!Array.isArray(flds)) throw new Fault('The database in the package is no collection of Anki.');
      const fields = flds
        .map(objectOf)
        .toSorted((one, other) => whole(one.ord ?? 0) - whole(other.ord ?? 0))
        .map((field) => text(field.name).slice(0, MAX_NAME));
      return { id: integer(Number(id)), name: text(name).slice(0, MAX_NAME), fields };
    });
  }

  /** The names of real tables without computed columns. Views and virtual tables could run any query for ever. */
  #plainTables(): Set<string> {
    const names = ['notes', 'cards', 'col', 'notetypes', 'fields', 'revlog'];
    return new Set(
      names.filter((name) => {
        const [[sql] = []] = this.#rows(
          `SELECT sql FROM sqlite_schema WHERE name = ?1 AND type = 'table'`,
          name,
        );
        if (typeof sql !== 'string' || !/^CREATE TABLE/i.test(sql)) return false;
        const hidden = this.#rows('SELECT count(*) FROM pragma_table_xinfo(?1) WHERE hidden <> 0', name);
        return hidden[0]?.[0] === 0;
      }),
    );
  }

  #rows(sql: string, ...binds: (string | number)[]): unknown[][] {
    const rows = this.#database
      .prepare(sql)
      .raw()
      .all(...binds);
    return rows.map((row) => (Array.isArray(row) ? row : []));
  }
}

function fieldsOf(value: unknown): string[] {
  const fields: string[] = [];
  let left = MAX_SENT;
  for (const field of text(value).split(FIELD_SEPARATOR, MAX_FIELDS)) {
    fields.push(field.slice(0, Math.min(MAX_FIELD, left)));
    left -= fields.at(-1)?.length ?? 0;
  }
  return fields;
}

function objectOf(value: unknown): Record<string, unknown> {
  if (typeof value === 'object' && value !== null) return { ...value };
  throw new Fault('The database in the package is no collection of Anki.');
}

function integer(value: unknown): number {
  if (typeof value === 'number' && Number.isSafeInteger(value)) return value;
  throw new Fault('The collection in the package is damaged.');
}

/** A number that Anki may have stored with a fraction. */
function whole(value: unknown): number {
  return typeof value === 'number' && Math.abs(value) < 2 ** 53 ? Math.trunc(value) : integer(value);
}

function text(value: unknown): string {
  if (typeof value === 'string') return value;
  throw new Fault('The collection in the package is damaged.');
}
