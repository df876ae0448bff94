import { spawnSync } from 'node:child_process';
import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type Server, startServer } from '../llm/server.ts';
import { tempFolder } from '../support/temp-folder.ts';

/** Commands that give a process mounts of its own, so that it may mount file systems. */
const OWN_MOUNTS = [
  ['unshare', '--mount'],
  ['unshare', '--mount', '--user', '--map-root-user'],
];

/** Mounts a file system at `$DATA_DIR` with the options in `$MOUNT`, then becomes the given command. */
const MOUNT = ['sh', '-c', 'mount $MOUNT "$DATA_DIR" && exec "$@"', 'sh'];

const PATH = '/usr/sbin:/usr/bin:/sbin:/bin';

const ownMounts = OWN_MOUNTS.find(([command = '', ...args]) => {
  const env = { PATH, DATA_DIR: '/mnt', MOUNT: '-t tmpfs tmpfs' };
  return spawnSync(command, [...args, ...MOUNT, 'true'], { env }).status === 0;
});

/** Whether this machine lets a test mount a file system: Linux, as root or with user namespaces. */
export const canMount = ownMounts !== undefined;

/** A command that mounts a file system at `DATA_DIR`, visible to that command only, and the environment that it needs. */
export function mounted(options: string): { launcher: string[]; env: { PATH: string; MOUNT: string } } {
  return { launcher: [...(ownMounts ?? []), ...MOUNT], env: { PATH, MOUNT: options } };
}

/** A server whose data folder, which is its temporary folder too, is a separate file system. */
export interface ServerOnSmallDisk {
  readonly server: Server;
  /** Fills the disk except for the given number of bytes, in whole pages of 4,096. */
  fill(left: number): Promise<void>;
  /** Frees the filled space. */
  free(): Promise<void>;
}

export async function startOnSmallDisk(env: Readonly<Record<string, string>>): Promise<ServerOnSmallDisk> {
  const DATA_DIR = await tempFolder();
  const disk = mounted('-t tmpfs -o size=8m tmpfs');
  const server = await startServer({ DATA_DIR, TMPDIR: DATA_DIR, ...disk.env, ...env }, disk.launcher);
  onTestFinished(async () => {
    await server.end('SIGKILL');
  });
  const ballast = join(`/proc/${server.pid}/root`, DATA_DIR, 'ballast');
  return {
    server,
    async fill(left) {
      const file = await open(ballast, 'w');
      try {
        for (const size of [65_536, 4_096]) await writeUntilFull(() => file.write(Buffer.alloc(size)));
        await file.truncate((await file.stat()).size - left);
      } finally {
        await file.close();
      }
    },
    free: () => rm(ballast),
  };
}

async function writeUntilFull(write: () => Promise<unknown>): Promise<void> {
  for (;;) {
    try {
      await write();
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOSPC') return;
      throw error;
    }
  }
}
