import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { zipSync } from 'fflate';
import Libsql from 'libsql';
import { tempFolder } from '../support/temp-folder.ts';

/** A card as a test describes it. What is left out is that of a new card. */
export interface TestCard {
  readonly type?: number;
  readonly queue?: number;
  readonly ivl?: number;
  /** Rows of the review log: the time in milliseconds, the button, the type, and the factor. */
  readonly log?: readonly (readonly [at: number, button: number, type?: number, factor?: number])[];
}

export interface TestNote {
  readonly type: string;
  readonly fields: readonly string[];
  readonly cards?: readonly TestCard[];
}

export interface TestDeck {
  /** The fields of each note type, by its name. */
  readonly types: Readonly<Record<string, readonly string[]>>;
  readonly notes: readonly TestNote[];
}

export const NEW: TestCard = { type: 0, queue: 0 };
export const YOUNG: TestCard = { type: 2, queue: 2, ivl: 20 };
export const MATURE: TestCard = { type: 2, queue: 2, ivl: 21 };
export const LEARNING: TestCard = { type: 1, queue: 1, ivl: -600 };
export const SUSPENDED: TestCard = { type: 2, queue: -1, ivl: 300 };

/** What a package consists of besides the media. */
const MEDIA = { media: Buffer.from('{"0":"casa.mp3"}'), 0: Buffer.alloc(2_000, 7) };

/** A package as Anki wrote it until 2.1.50: the note types are JSON in the table `col`. */
export async function oldPackage(deck: TestDeck, name = 'collection.anki2'): Promise<Buffer> {
  return zipped({ [name]: await collectionFile(deck, 'old'), ...MEDIA });
}

/** A package as Anki writes it now: compressed by Zstandard, beside a stub for older versions. */
export async function newPackage(deck: TestDeck): Promise<Buffer> {
  const stub: TestDeck = {
    types: { Basic: ['Front', 'Back'] },
    notes: [{ type: 'Basic', fields: ['Please update to the latest Anki version', ''] }],
  };
  return zipped({
    meta: Buffer.from([8, 3]),
    'collection.anki21b': zstdFrame(await collectionFile(deck, 'new')),
    'collection.anki2': await collectionFile(stub, 'old'),
    ...MEDIA,
  });
}

export function zipped(files: Readonly<Record<string, Uint8Array>>): Buffer {
  return Buffer.from(zipSync({ ...files }));
}

const SCHEMA = `
  CREATE TABLE notes (id integer primary key, guid text not null, mid integer not null, mod integer not null,
    usn integer not null, tags text not null, flds text not null, sfld integer not null, csum integer not null,
    flags integer not null, data text not null);
  CREATE TABLE cards (id integer primary key, nid integer not null, did integer not null, ord integer not null,
    mod integer not null, usn integer not null, type integer not null, queue integer not null, due integer not null,
    ivl integer not null, factor integer not null, reps integer not null, lapses integer not null,
    left integer not null, odue integer not null, odid integer not null, flags integer not null, data text not null);
  CREATE TABLE revlog (id integer primary key, cid integer not null, usn integer not null, ease integer not null,
    ivl integer not null, lastIvl integer not null, factor integer not null, time integer not null, type integer not null);
  CREATE TABLE col (id integer primary key, crt integer, mod integer, scm integer, ver integer, dty integer,
    usn integer, ls integer, conf text, models text, decks text, dconf text, tags text);
  CREATE INDEX ix_cards_nid ON cards (nid);
  CREATE INDEX ix_revlog_cid ON revlog (cid);`;

/** Names of note types have a collation that only Anki knows. SQLite takes it into a schema in this way only. */
const NEWER_SCHEMA = `
  CREATE TABLE notetypes (id integer NOT NULL PRIMARY KEY, name text NOT NULL, mtime_secs integer NOT NULL,
    usn integer NOT NULL, config blob NOT NULL);
  CREATE TABLE fields (ntid integer NOT NULL, ord integer NOT NULL, name text NOT NULL, config blob NOT NULL,
    PRIMARY KEY (ntid, ord)) WITHOUT ROWID;
  CREATE UNIQUE INDEX idx_notetypes_name ON notetypes (name);
  CREATE UNIQUE INDEX idx_fields_name_ntid ON fields (name, ntid);`;
const WITH_COLLATION = `
  PRAGMA writable_schema = ON;
  UPDATE sqlite_schema SET sql = replace(sql, 'name text NOT NULL', 'name text NOT NULL COLLATE unicase')
    WHERE name IN ('notetypes', 'fields');
  PRAGMA writable_schema = OFF;`;

/** The content of a collection's file. */
export async function collectionFile({ types, notes }: TestDeck, format: 'old' | 'new'): Promise<Buffer> {
  const names = Object.keys(types);
  const typeId = (name: string) => 1_600_000_000_000 + names.indexOf(name);
  return sqliteFile((database) => {
    database.exec(SCHEMA);
    const models = Object.fromEntries(
      names.map((name) => [
        typeId(name),
        {
          id: typeId(name),
          name,
          flds: (types[name] ?? []).map((field, ord) => ({ name: field, ord })).toReversed(),
        },
      ]),
    );
    database
      .prepare("INSERT INTO col VALUES (1, 0, 0, 0, 11, 0, 0, 0, '{}', ?, '{}', '{}', '{}')")
      .run([format === 'old' ? JSON.stringify(models) : '']);
    const addNote = database.prepare("INSERT INTO notes VALUES (?, 'g', ?, 0, -1, '', ?, 0, 0, 0, '')");
    const addCard = database.prepare(
      "INSERT INTO cards VALUES (?, ?, 1, ?, 0, -1, ?, ?, 7, ?, 2500, 4, 1, 0, 0, 0, 0, '')",
    );
    const addReview = database.prepare('INSERT INTO revlog VALUES (?, ?, 0, ?, 1, 1, ?, 9000, ?)');
    database.exec('BEGIN');
    for (const [index, { type, fields, cards = [NEW] }] of notes.entries()) {
      addNote.run([noteId(index), typeId(type), fields.join('\x1f')]);
      for (const [ord, { type: cardType = 0, queue = 0, ivl = 0, log = [] }] of cards.entries()) {
        addCard.run([noteId(index) * 10 + ord, noteId(index), ord, cardType, queue, ivl]);
        for (const [at, button, kind = 1, factor = 2500] of log) {
          addReview.run([at, noteId(index) * 10 + ord, button, factor, kind]);
        }
      }
    }
    database.exec('COMMIT');
    if (format === 'old') return;
    database.exec(NEWER_SCHEMA);
    for (const name of names) {
      database.prepare("INSERT INTO notetypes VALUES (?, ?, 0, 0, x'00')").run([typeId(name), name]);
      for (const [ord, field] of (types[name] ?? []).entries()) {
        database.prepare("INSERT INTO fields VALUES (?, ?, ?, x'00')").run([typeId(name), ord, field]);
      }
    }
    database.exec(WITH_COLLATION);
  });
}

/** The id of the note with this index. */
export function noteId(index: number): number {
  return 1_500_000_000_000 + index;
}

/** The content of a SQLite file after `fill`. */
export async function sqliteFile(fill: (database: Libsql.Database) => void): Promise<Buffer> {
  const path = join(await tempFolder(), 'collection');
  const database = new Libsql(path);
  fill(database);
  database.close();
  return readFile(path);
}

const MAX_BLOCK = 131_072;

/** A Zstandard frame of uncompressed blocks, with a window of 128 KiB. */
export function zstdFrame(content: Uint8Array): Buffer {
  const parts: Uint8Array[] = [Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0, 7 << 3])];
  for (let at = 0; at < content.length || at === 0; at += MAX_BLOCK) {
    const block = content.subarray(at, at + MAX_BLOCK);
    parts.push(blockHeader(block.length, 0, at + MAX_BLOCK >= content.length), block);
  }
  return Buffer.concat(parts);
}

/** A Zstandard frame of a few kilobytes with the given number of blocks of 128 KiB, each one byte repeated. */
export function zstdBomb(blocks: number): Buffer {
  const parts: Uint8Array[] = [Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0, 7 << 3])];
  for (let i = 1; i <= blocks; i += 1) parts.push(blockHeader(MAX_BLOCK, 1, i === blocks), Buffer.from([0]));
  return Buffer.concat(parts);
}

function blockHeader(size: number, type: number, isLast: boolean): Buffer {
  const header = Buffer.alloc(3);
  header.writeUIntLE(Number(isLast) + (type << 1) + (size << 3), 0, 3);
  return header;
}
