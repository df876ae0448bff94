import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { type Entry, openPromise, type ZipFile } from 'yauzl';
import { Fault, tooLarge } from './fault.ts';
import { decompressZstd } from './zstd.ts';

/** The names of the collection in a package, the newest format first. Packages have a stub of an older one beside it. */
const COLLECTIONS = ['collection.anki21b', 'collection.anki21', 'collection.anki2'];
/** Most files of a package. A deck has one for each picture and sound. */
const MAX_FILES = 100_000;
/** The largest collection, in bytes. That of 20,000 notes has about 20 MB. */
const MAX_COLLECTION = 200_000_000;

/**
 * Copies the collection of a package to a file of its own.
 * @param folder the folder of the new file
 * @returns its path
 * @throws {Fault}
 */
export async function extractCollection(packagePath: string, folder: string): Promise<string> {
  const zip = await openPromise(packagePath, {
    lazyEntries: true,
    autoClose: false,
    validateEntrySizes: true,
  });
  try {
    const entry = await collectionIn(zip);
    const path = join(folder, 'collection');
    if (entry.fileName !== 'collection.anki21b') {
      await inflate(zip, entry, path);
      return path;
    }
    const compressed = join(folder, 'compressed');
    await inflate(zip, entry, compressed);
    await decompressZstd(compressed, path, MAX_COLLECTION);
    return path;
  } finally {
    zip.close();
  }
}

async function collectionIn(zip: ZipFile): Promise<Entry> {
  if (zip.entryCount > MAX_FILES) throw new Fault(`The package contains more than ${MAX_FILES} files.`);
  const found = new Map<string, Entry>();
  for await (const entry of zip.eachEntry()) {
    if (COLLECTIONS.includes(entry.fileName)) found.set(entry.fileName, entry);
  }
  const name = COLLECTIONS.find((one) => found.has(one));
  const entry = name === undefined ? undefined : found.get(name);
  if (entry === undefined) throw new Fault('The file is an archive without a collection of Anki.');
  return entry;
}

async function inflate(zip: ZipFile, entry: Entry, path: string): Promise<void> {
  if (!entry.canDecodeFileData()) {
    throw new Fault('The package is encrypted or compressed in an unknown way.');
  }
  if (entry.uncompressedSize > MAX_COLLECTION) throw tooLarge(MAX_COLLECTION);
  // The stream fails if the content is longer than the size that the archive states.
  await pipeline(await zip.openReadStreamPromise(entry), createWriteStream(path));
}
