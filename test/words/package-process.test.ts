import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { openAnkiDecks } from '../../src/adapters/anki/anki-decks.ts';
import { BadDeck } from '../../src/model/errors.ts';
import type { Deck } from '../../src/ports/decks.ts';
import { memoryLog } from '../support/memory-log.ts';
import { NEVER } from '../support/never.ts';
import { DECK_PROGRAM } from '../support/programs.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { newPackage } from './anki-deck.ts';

/** The beginning of a program that stands in for the one that reads a package. */
const BEGIN = `
  import { once } from 'node:events';
  import { writeFileSync } from 'node:fs';
  const write = async (text) => process.stdout.write(text) || once(process.stdout, 'drain');
  const line = (message) => write(JSON.stringify(message) + '\\n');
  const note = (id, field) => ({ id, noteTypeId: 1, fields: [field], cards: [] });
  await line({ noteTypes: [] });`;

/** Reads packages by processes with this program. */
async function reader(program: URL) {
  const folder = await tempFolder();
  const decks = openAnkiDecks({ log: memoryLog(), folder, program });
  return {
    read: <Result>(use: (deck: Deck) => Promise<Result>, bytes: Uint8Array = Buffer.from('x')) =>
      decks.withDeck(Readable.from([bytes]), use, NEVER),
    files: () => readdir(folder),
  };
}

/** A program that writes that there are no note types, and then does what the source says. */
async function programOf(source: string): Promise<URL> {
  const path = join(await tempFolder(), 'program.mjs');
  await writeFile(path, `${BEGIN}${source}`);
  return pathToFileURL(path);
}

async function fieldsOf(deck: Deck): Promise<string[]> {
  const fields: string[] = [];
  for await (const note of deck.notes()) fields.push(...note.fields);
  return fields;
}

test('the process waits for a server that takes the notes slowly, and ends if the server takes no more', async () => {
  const progress = join(await tempFolder(), 'lines');
  const { read, files } = await reader(
    await programOf(`
      const field = 'x'.repeat(500_000);
      for (let id = 1; ; id += 1) {
        writeFileSync(${JSON.stringify(progress)}, String(id));
        await line({ notes: [note(id, field)] });
      }`),
  );
  const ahead: number[] = [];
  await read(async (deck) => {
    for await (const { id } of deck.notes()) {
      for (let i = 0; i < 50; i += 1) await turn();
      ahead.push(Number(await readFile(progress, 'utf8')) - id);
      if (id === 100) return;
    }
  });
  expect(ahead).toHaveLength(100);
  // What the pipe and the streams at its ends hold is less than two lines.
  expect(Math.max(...ahead)).toBeLessThanOrEqual(3);
  expect(await files()).toEqual([]);
});

test('a process that ends in the middle of a line is told as a damaged package', async () => {
  const { read } = await reader(
    await programOf(`
      await write(JSON.stringify({ notes: [note(1, 'casa')] }) + '\\n{"notes":[{"id":2,');
      process.kill(process.pid, 'SIGKILL');`),
  );
  const seen: string[] = [];
  const reading = read(async (deck) => {
    for await (const { fields } of deck.notes()) seen.push(...fields);
  });
  await expect(reading).rejects.toThrow(BadDeck);
  expect(seen).toEqual(['casa']);
});

test('a line without end is refused', async () => {
  const { read, files } = await reader(
    await programOf(`
      for (;;) await write('x'.repeat(500_000));`),
  );
  await expect(read(fieldsOf)).rejects.toThrow('a line has more than 16000000 characters');
  expect(await files()).toEqual([]);
});

test('characters of several bytes and line separators in the fields arrive as they are', async () => {
  const fields = Array.from({ length: 60 }, (_, i) => `${i}${'ñ€😀\u2028\u2029\r\n'.repeat(2_000)}`);
  const types = { Basic: ['Front'] };
  const bytes = await newPackage({
    types,
    notes: fields.map((field) => ({ type: 'Basic', fields: [field] })),
  });
  const { read } = await reader(DECK_PROGRAM);
  expect(await read(fieldsOf, bytes)).toEqual(fields);
});
