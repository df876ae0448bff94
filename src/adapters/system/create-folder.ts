import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Creates a folder and its parents if they are absent. The `recursive` option of Node.js loops without end in a folder
 * such as `/proc`, where creating a folder fails as if the parent were absent.
 * @throws the error of the file system
 */
export async function createFolder(path: string): Promise<void> {
  try {
    await create(path);
  } catch (error) {
    const parent = dirname(path);
    if (codeOf(error) !== 'ENOENT' || parent === path) throw error;
    await createFolder(parent);
    await create(path);
  }
}

async function create(path: string): Promise<void> {
  try {
    await mkdir(path);
  } catch (error) {
    // On a read-only disk, or for a drive of Windows, the error for an existing folder is not always EEXIST.
    const there = await stat(path).catch(() => null);
    if (!there?.isDirectory()) throw error;
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : null;
}
