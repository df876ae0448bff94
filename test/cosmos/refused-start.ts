import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { expect } from 'vitest';
import { MAIN } from '../support/programs.ts';

/** Starts a server, expects exit code 1, and returns what it printed on stderr. */
export async function refusedStart(env: Readonly<Record<string, string>>): Promise<string> {
  const child = spawn(process.execPath, [MAIN], {
    env: { PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = once(child, 'exit');
  const messages = await text(child.stderr);
  const [code] = await ended;
  expect(code).toBe(1);
  return messages;
}
