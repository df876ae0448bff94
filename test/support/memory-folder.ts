import { existsSync, mkdtempSync, rmSync, statfsSync } from 'node:fs';
import type { TestProject } from 'vitest/node';

/** The file system in memory that Linux has. A container may have little of it. */
const MEMORY = '/dev/shm';
const NEEDED_BYTES = 2_000_000_000;

/**
 * Has the temporary files of `npm test` kept in memory, if there is room: hundreds of stores are opened, and each commit
 * would wait for the disk. `npm run test:deep` uses the disk.
 */
export default function setup({ config }: TestProject): (() => void) | undefined {
  if (config.env.DEEP === '1' || !hasRoom()) return undefined;
  const folder = mkdtempSync(`${MEMORY}/dialog-pool-tests-`);
  process.env.TMPDIR = folder;
  return () => rmSync(folder, { recursive: true, force: true });
}

function hasRoom(): boolean {
  if (!existsSync(MEMORY)) return false;
  const { bavail, bsize } = statfsSync(MEMORY);
  return bavail * bsize >= NEEDED_BYTES;
}
