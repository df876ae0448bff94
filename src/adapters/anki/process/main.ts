import { once } from 'node:events';
import type { Note } from '../../../ports/decks.ts';
import type { Message } from '../messages.ts';
import { Collection } from './collection.ts';
import { extractCollection } from './extract.ts';
import { Fault, isOurs } from './fault.ts';

/*
 * A process of its own: a package comes from outside, and one that is made to crash SQLite, to fill the memory or to
 * compute for ever must not do so in the server. It is called with the path of a package and of a folder for its files.
 */

async function write(message: Message): Promise<void> {
  if (!process.stdout.write(`${JSON.stringify(message)}\n`)) await once(process.stdout, 'drain');
}

/** The most characters of notes in one line, if it has more than one note: the server parses a line at once. */
const MAX_LINE = 500_000;

/** Divides notes that were read together into messages of limited length. */
function* messagesOf(notes: readonly Note[]): Iterable<Message> {
  let begin = 0;
  let length = 0;
  for (const [index, { fields }] of notes.entries()) {
    const own = fields.reduce((sum, field) => sum + field.length, 0);
    if (length + own > MAX_LINE && index > begin) {
      yield { notes: notes.slice(begin, index) };
      [begin, length] = [index, 0];
    }
    length += own;
  }
  yield { notes: notes.slice(begin) };
}

async function readPackage(packagePath: string, folder: string): Promise<void> {
  const collection = new Collection(await extractCollection(packagePath, folder));
  await write({ noteTypes: collection.noteTypes() });
  for (const notes of collection.notes()) {
    for (const message of messagesOf(notes)) await write(message);
  }
  await write({ end: true });
}

// The server has left.
process.stdout.on('error', () => process.exit(1));

const [, , packagePath = '', folder = ''] = process.argv;
try {
  await readPackage(packagePath, folder);
} catch (error) {
  // Errors of the libraries are about the content of the package, and are written for programmers.
  const fault = error instanceof Fault ? error.message : 'The file is no package of Anki, or is damaged.';
  await write(isOurs(error) ? { failure: error.message } : { fault });
}
