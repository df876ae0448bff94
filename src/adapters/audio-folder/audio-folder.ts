import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CannotStart } from '../../model/errors.ts';
import { AUDIO_FORMATS, parseRecordingName, recordingName } from '../../model/recording.ts';
import { type AudioStorage, AudioStorageFailed } from '../../ports/audio-storage.ts';

/** Ending of files that are still being written. No recording's name has it, so none of them is ever found. */
const UNFINISHED = '.part';
/** A file that has been unfinished for so long was left behind by a crash. */
const LEFT_BEHIND_MS = 60 * 60 * 1000;
/** So many bytes must fit before a recording is paid for. The longest sentence of a dialog takes less as MP3. */
const WRITE_CHECK = new Uint8Array(1024 * 1024);

/**
 * Keeps recordings as files of one folder, which is created if it is absent. Several processes of one machine may
 * share it.
 * @throws {CannotStart} if the folder cannot be used
 */
export async function openAudioFolder(folder: string): Promise<AudioStorage> {
  try {
    await mkdir(folder, { recursive: true });
    await removeLeftBehind(folder);
  } catch (error) {
    throw new CannotStart(`Recordings cannot be kept in the folder ${folder} (${errorCode(error)}).`, {
      cause: error,
    });
  }
  return {
    checkWritable: () => translated(() => writeAndRemove(folder)),

    find: (hash) =>
      translated(async () => {
        const names = AUDIO_FORMATS.map((format) => recordingName(hash, format));
        const sizes = await Promise.all(names.map((name) => sizeOf(folder, name)));
        return names.find((_, i) => sizes[i] !== null) ?? null;
      }),

    save: (hash, { format, bytes }) =>
      translated(async () => {
        const name = recordingName(hash, format);
        await writeWhole(folder, name, bytes);
        return name;
      }),

    size: (name) => translated(() => sizeOf(folder, name)),

    async *read(name, start, end) {
      if (parseRecordingName(name) === null) throw new AudioStorageFailed('not the name of a recording');
      try {
        yield* createReadStream(join(folder, name), { start, end });
      } catch (error) {
        throw failure(error);
      }
    },
  };
}

/** Anything that is not a recording's name has no size, and is never made into a path. */
async function sizeOf(folder: string, name: string): Promise<number | null> {
  if (parseRecordingName(name) === null) return null;
  try {
    const stats = await stat(join(folder, name));
    return stats.isFile() ? stats.size : null;
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null;
    throw error;
  }
}

/** Under another name until every byte is on the disk: a crash leaves the whole file or none. */
async function writeWhole(folder: string, name: string, bytes: Uint8Array): Promise<void> {
  const unfinished = join(folder, `${name}.${randomUUID()}${UNFINISHED}`);
  try {
    const file = await open(unfinished, 'wx');
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(unfinished, join(folder, name));
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  }
  await syncFolder(folder);
}

async function writeAndRemove(folder: string): Promise<void> {
  const path = join(folder, `check.${randomUUID()}${UNFINISHED}`);
  try {
    await writeFile(path, WRITE_CHECK, { flag: 'wx' });
  } finally {
    await rm(path, { force: true });
  }
}

/** Makes the renaming last; Windows does so by itself and lets no folder be opened. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function removeLeftBehind(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (!name.endsWith(UNFINISHED)) continue;
    const path = join(folder, name);
    const stats = await stat(path).catch(() => null);
    if (stats !== null && Date.now() - stats.mtimeMs > LEFT_BEHIND_MS) await rm(path, { force: true });
  }
}

async function translated<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw failure(error);
  }
}

function failure(error: unknown): AudioStorageFailed {
  const code = errorCode(error);
  return new AudioStorageFailed(`the audio folder cannot be used${code === null ? '' : ` (${code})`}`, {
    cause: error,
  });
}

function errorCode(error: unknown): string | null {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null;
}
