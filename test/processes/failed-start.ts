import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { MAIN } from '../support/programs.ts';

/**
 * Starts a server that cannot start, and returns what it left when it had ended.
 * @param launcher a command that becomes the server, which is added as its last arguments
 * @param main the program of the server, by default that of the bundle
 */
export async function failedStart(
  env: Readonly<Record<string, string>>,
  launcher: readonly string[] = [],
  main = MAIN,
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const [command = '', ...args] = [...launcher, process.execPath, main];
  const child = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const [[code], stdout, stderr] = await Promise.all([
    once(child, 'close'),
    text(child.stdout),
    text(child.stderr),
  ]);
  return { code, stdout, stderr };
}
