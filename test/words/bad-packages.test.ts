import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import Libsql from 'libsql';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openAnkiDecks } from '../../src/adapters/anki/anki-decks.ts';
import { serve } from '../../src/http/serve.ts';
import { contentsOf } from '../support/contents.ts';
import { memoryLog } from '../support/memory-log.ts';
import { memoryPeak } from '../support/memory-peak.ts';
import { NEVER } from '../support/never.ts';
import { tempFolder } from '../support/temp-folder.ts';
import {
  collectionFile,
  newPackage,
  oldPackage,
  sqliteFile,
  type TestDeck,
  zipped,
  zstdBomb,
  zstdFrame,
} from './anki-deck.ts';
import { openImportApp } from './import-app.ts';

const DECK: TestDeck = {
  types: { Basic: ['Front', 'Back'] },
  notes: Array.from({ length: 50 }, (_, i) => ({ type: 'Basic', fields: [`palabra ${i}`, `word ${i}`] })),
};

const DAMAGED = 'is damaged';
const NO_PACKAGE = 'The file is no package of Anki, or is damaged.';
const NO_COLLECTION = 'The file is an archive without a collection of Anki.';
const FOREIGN = 'The database in the package is no collection of Anki.';

/** A collection in which the statements replace something. */
async function changed(sql: string): Promise<Buffer> {
  const path = join(await tempFolder(), 'collection');
  await writeFile(path, await collectionFile(DECK, 'old'));
  const database = new Libsql(path);
  database.exec(sql);
  database.close();
  return zipped({ 'collection.anki2': await readFile(path) });
}

async function cut(bytes: Promise<Buffer>, share: number): Promise<Buffer> {
  const whole = await bytes;
  return whole.subarray(0, Math.floor(whole.length * share));
}

/** Overwrites a part of the bytes by others. */
async function overwritten(bytes: Promise<Buffer>, from: number, to: number): Promise<Buffer> {
  const copy = Buffer.from(await bytes);
  copy.fill(0xa5, Math.floor(copy.length * from), Math.floor(copy.length * to));
  return copy;
}

/** A package with a collection of 1 MB that is said to be of another size. */
function zipBomb(size: number): Buffer {
  const bomb = zipped({ 'collection.anki2': Buffer.alloc(1_000_000) });
  // The size in the directory at the end, and in the header of the file at the beginning.
  bomb.writeUInt32LE(size, bomb.lastIndexOf(Buffer.from('PK\x01\x02')) + 24);
  bomb.writeUInt32LE(size, 22);
  return bomb;
}

/** A package whose collection is said to be encrypted. */
async function encrypted(): Promise<Buffer> {
  const bytes = zipped({ 'collection.anki2': await collectionFile(DECK, 'old') });
  // The flags in the directory at the end, and in the header of the file at the beginning.
  setBit(bytes.lastIndexOf(Buffer.from('PK\x01\x02')) + 8);
  setBit(6);
  return bytes;

  function setBit(at: number): void {
    bytes.writeUInt16LE(bytes.readUInt16LE(at) | 1, at);
  }
}

const FOREVER = 'WITH RECURSIVE r (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM r)';

const BAD: readonly [what: string, bytes: () => Buffer | Promise<Buffer>, message: string][] = [
  ['text', () => Buffer.from('palabra,word\n'.repeat(1000)), NO_PACKAGE],
  ['random bytes', () => randomBytes(100_000), NO_PACKAGE],
  ['a database that is not packed', () => collectionFile(DECK, 'old'), NO_PACKAGE],
  ['an empty archive', () => zipped({}), NO_COLLECTION],
  [
    'an archive without a collection',
    () => zipped({ media: Buffer.from('{}'), 'a/collection.anki2': Buffer.alloc(9) }),
    NO_COLLECTION,
  ],
  ['an archive that is encrypted', encrypted, 'is encrypted or compressed in an unknown way'],
  ['an archive that is cut off', () => cut(oldPackage(DECK), 0.5), NO_PACKAGE],
  ['an archive with damaged content', () => overwritten(oldPackage(DECK), 0.2, 0.6), DAMAGED],
  ['a collection that is empty', () => zipped({ 'collection.anki2': Buffer.alloc(0) }), FOREIGN],
  [
    'a collection that is text',
    () => zipped({ 'collection.anki21': Buffer.from('x'.repeat(9_000)) }),
    NO_PACKAGE,
  ],
  [
    'a collection that is cut off',
    async () => zipped({ 'collection.anki2': await cut(collectionFile(DECK, 'old'), 0.6) }),
    DAMAGED,
  ],
  [
    'a collection with damaged pages',
    async () => zipped({ 'collection.anki2': await overwritten(collectionFile(DECK, 'old'), 0.15, 0.95) }),
    DAMAGED,
  ],
  [
    'a foreign database',
    async () => zipped({ 'collection.anki2': await sqliteFile((d) => d.exec('CREATE TABLE songs (id)')) }),
    FOREIGN,
  ],
  ['no Zstandard', () => zipped({ 'collection.anki21b': randomBytes(5_000) }), DAMAGED],
  [
    'Zstandard that is cut off',
    async () =>
      zipped({ 'collection.anki21b': zstdFrame(await collectionFile(DECK, 'new')).subarray(0, -100) }),
    DAMAGED,
  ],
  [
    'two Zstandard frames',
    async () =>
      zipped({
        'collection.anki21b': Buffer.concat([
          zstdFrame(await collectionFile(DECK, 'new')),
          zstdFrame(Buffer.alloc(9)),
        ]),
      }),
    DAMAGED,
  ],
  [
    'Zstandard of something else',
    () => zipped({ 'collection.anki21b': zstdFrame(randomBytes(300_000)) }),
    NO_PACKAGE,
  ],
  [
    'Zstandard with a window of 2 GB',
    () =>
      zipped({
        'collection.anki21b': Buffer.from([
          0x28,
          0xb5,
          0x2f,
          0xfd,
          0,
          21 << 3,
          1,
          0,
          0,
          0,
          0,
          0,
          0,
          0,
          0,
          0,
          0,
          0,
          0,
          0,
        ]),
      }),
    'too large a window',
  ],
  [
    'a Zstandard bomb',
    () => zipped({ 'collection.anki21b': zstdBomb(1_600) }),
    'is larger than 200000000 bytes',
  ],
  ['a zip bomb', () => zipBomb(200_000_001), 'is larger than 200000000 bytes'],
  ['a zip bomb that lies about its size', () => zipBomb(5_000), NO_PACKAGE],
  [
    'notes that are a view without end',
    () =>
      changed(
        `DROP TABLE notes; CREATE VIEW notes AS ${FOREVER} SELECT x AS id, 1 AS mid, 'a' AS flds FROM r`,
      ),
    FOREIGN,
  ],
  [
    'cards that are a view without end',
    () => changed(`DROP TABLE cards; CREATE VIEW cards AS ${FOREVER} SELECT x AS nid FROM r`),
    FOREIGN,
  ],
  [
    'computed fields',
    () =>
      changed(
        'DROP TABLE notes; CREATE TABLE notes (id INTEGER PRIMARY KEY, mid, flds AS (hex(zeroblob(400000000))))',
      ),
    FOREIGN,
  ],
  [
    'a note with 30,000 cards',
    () =>
      changed(
        `${FOREVER} INSERT INTO cards SELECT 5e12 + x, (SELECT min(id) FROM notes), 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, '' FROM r LIMIT 30000`,
      ),
    DAMAGED,
  ],
  [
    'a note type with 6,000 fields',
    () =>
      changed(
        `UPDATE col SET models = '{"1":{"name":"x","flds":[${'{"name":"f"},'.repeat(5_999)}{"name":"f"}]}}'`,
      ),
    'or more than 5000 fields',
  ],
  ['note types that are no JSON', () => changed("UPDATE col SET models = '{'"), DAMAGED],
  ['note types without fields', () => changed(`UPDATE col SET models = '{"1":{"name":"x"}}'`), FOREIGN],
  ['note types that are numbers', () => changed('UPDATE col SET models = \'{"1":7}\''), FOREIGN],
  [
    'notes that are numbers',
    () => changed("PRAGMA writable_schema = ON; UPDATE notes SET flds = x'00ff'"),
    DAMAGED,
  ],
  ['text that is no UTF-8', () => changed("UPDATE notes SET flds = CAST(x'ff80c0' AS TEXT)"), DAMAGED],
  ['ids that are too large', () => changed('UPDATE notes SET mid = 9223372036854775807'), DAMAGED],
];

describe('a file that is no package is refused, imports nothing and leaves no file', () => {
  async function expectRefusal(bytes: Buffer, message: string, mapping: string): Promise<void> {
    const app = await openImportApp();
    const before = await contentsOf(app.store);
    const response = await app.app.fetch(`http://127.0.0.1/import/anki?profile=course${mapping}`, {
      method: 'POST',
      headers: { 'content-type': 'application/octet-stream' },
      body: bytes,
    });
    const [error] = JSON.parse(await response.text()).errors;
    expect(response.status).toBe(400);
    expect(error.extensions).toEqual({ code: 'BAD_USER_INPUT' });
    expect(error.message).toContain(message);
    expect(error.message).toContain('Export the deck from Anki again');
    expect(error.message).not.toMatch(/sqlite|libsql|yauzl|node:|\.js\b|dialog-pool/i);
    expect(await contentsOf(app.store)).toEqual(before);
    expect(await app.packageFiles()).toEqual([]);
  }

  test.each(BAD)('%s', async (_, bytes, message) => {
    await expectRefusal(await bytes(), message, '&text=Front&translation=Back');
  });

  // The note types are read first, whatever is asked for.
  const withoutNoteTypes = BAD.filter(([what]) => ['nothing', 'note types that are numbers'].includes(what));
  test.each(withoutNoteTypes)('%s, if it is asked for its note types', async (_, bytes, message) => {
    await expectRefusal(await bytes(), message, '');
  });
});

test('the process that reads a package knows no environment variables', async () => {
  const folder = await tempFolder();
  const program = join(folder, 'program.mjs');
  await writeFile(program, 'console.log(JSON.stringify({ fault: Object.keys(process.env).join() }));');
  const decks = openAnkiDecks({ log: memoryLog(), program: pathToFileURL(program), folder });
  const reading = decks.withDeck(Readable.from([Buffer.from('x')]), async () => 'read', NEVER);
  await expect(reading).rejects.toThrow(/^ Export the deck/);
});

test('notes that become six times as long on their way from the process take little memory', async () => {
  const app = await openImportApp();
  const body = await packageOfControlCharacters();
  const url = 'http://127.0.0.1/import/anki?profile=course&text=Front';
  const headers = { 'content-type': 'application/octet-stream' };
  const growth = await memoryPeak(async () => {
    const response = await app.app.fetch(url, { method: 'POST', headers, body });
    expect(await response.json()).toMatchObject({ added: 0, rejectedTotal: 150 });
  });
  expect(growth).toBeLessThan(24_000_000);

  // A function of its own: its notes are garbage when the memory is measured.
  function packageOfControlCharacters(): Promise<Buffer> {
    const fields = Array.from({ length: 5 }, () => '\x01'.repeat(20_000));
    const notes = Array.from({ length: 150 }, () => ({ type: 'Basic', fields }));
    return oldPackage({ types: DECK.types, notes });
  }
});

describe('over a real connection', () => {
  async function served() {
    const app = await openImportApp();
    const server = await serve(app.app, '127.0.0.1', 0);
    onTestFinished(() => server.stop());
    const send = (headers: Record<string, string | number>) =>
      request(`${server.url}/import/anki?profile=course&text=Front`, {
        method: 'POST',
        agent: false,
        headers: { 'content-type': 'application/octet-stream', ...headers },
      });
    return { app, send };
  }

  test.each([true, false])(
    'a body of more than 50 MB is refused (its length announced: %s)',
    async (announced) => {
      const { app, send } = await served();
      const sent = send(announced ? { 'content-length': 50_000_001 } : {});
      const answered = new Promise<[number | undefined, string]>((resolve, reject) => {
        sent.once('response', async (response) => resolve([response.statusCode, await text(response)]));
        sent.once('error', reject);
      });
      const chunk = Buffer.alloc(1_000_000);
      for (let i = 0; i < 51 && !(announced && i > 0); i += 1) sent.write(chunk);
      if (!announced) sent.end();
      const [status, body] = await answered;
      sent.destroy();
      expect(status).toBe(413);
      expect(JSON.parse(body).errors[0]).toEqual({
        message: 'The body of the request is longer than 50000000 bytes.',
        extensions: { code: 'BAD_USER_INPUT' },
      });
      expect(await app.packageFiles()).toEqual([]);
    },
  );

  test('a client that leaves in the middle leaves no file and no words, and others are served', async () => {
    const { app, send } = await served();
    const deck = await newPackage(DECK);
    for (let i = 0; i < 3; i += 1) {
      const sent = send({ 'content-length': deck.length });
      sent.on('error', () => undefined);
      sent.write(deck.subarray(0, deck.length / 2));
      while ((await app.packageFiles()).length === 0) await pause(5);
      sent.destroy();
      while ((await app.packageFiles()).length > 0) await pause(5);
    }
    expect(await app.listed()).toEqual([]);
    expect(app.log.lines.filter((line) => line.startsWith('error'))).toEqual([]);
    const sent = send({});
    sent.end(deck);
    const status = await new Promise((resolve) =>
      sent.once('response', ({ statusCode }) => resolve(statusCode)),
    );
    expect(status).toBe(200);
    expect(await app.listed()).toHaveLength(50);
  });
});
