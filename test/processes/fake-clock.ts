import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { tempFolder } from '../support/temp-folder.ts';

/** The wall clock of a process that is about to be started; its monotonic clock is the machine's own. */
export interface FakeClock {
  /** The environment to start the process with. */
  readonly env: Readonly<Record<string, string>>;
  /** Sets how many seconds the clock is ahead of the machine's, also while the process runs. */
  set(aheadSeconds: number): Promise<void>;
}

/** A wall clock by Debian's `faketime`. @throws if that is not installed */
export async function fakeClock(aheadSeconds: number): Promise<FakeClock> {
  const file = join(await tempFolder(), 'clock');
  const set = async (seconds: number) => writeFile(file, `${seconds < 0 ? '' : '+'}${seconds}\n`);
  await set(aheadSeconds);
  const env = {
    LD_PRELOAD: await preloadedLibrary(),
    FAKETIME_TIMESTAMP_FILE: file,
    FAKETIME_NO_CACHE: '1',
    FAKETIME_DONT_FAKE_MONOTONIC: '1',
    DONT_FAKE_MONOTONIC: '1',
  };
  return { env, set };
}

/** Asks `faketime` for the path of its library, which depends on the architecture of the machine. */
async function preloadedLibrary(): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)('faketime', ['-m', '-f', '+0', 'printenv', 'LD_PRELOAD']);
    return stdout.trim();
  } catch (error) {
    throw new Error('This test needs `faketime`: install the Debian package faketime.', { cause: error });
  }
}
