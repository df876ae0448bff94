import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Creates a folder and those above it, if they are absent. Node's own `recursive` never ends in a folder such as
 * `/proc`, which says of a new one that its parent is absent.
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
    // On a read-only disk, or on a drive of Windows, the error for a folder that exists may be another.
    const there = await stat(path).catch(() => null);
    if (!there?.isDirectory()) throw error;
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : null;
}
