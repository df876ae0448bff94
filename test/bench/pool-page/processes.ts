import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { LoadOrder, LoadResult } from './load.ts';

const SERVER = fileURLToPath(new URL('../peers/server.ts', import.meta.url));
const LOAD = fileURLToPath(new URL('./load.ts', import.meta.url));
const env = { ...process.env, NODE_ENV: 'production' };

/** A server in its own process. */
export interface PageServer {
  readonly url: string;
  /** Processor time used so far, in milliseconds; null if the system does not report it. */
  cpuMs(): Promise<number | null>;
  stop(): Promise<void>;
}

/** Starts a server of a kind on a data file. */
export async function startPageServer(kind: string, path: string): Promise<PageServer> {
  const child = spawn(process.execPath, ['--import', 'tsx', SERVER, kind, path], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [url] = await Promise.race([
    once(createInterface(child.stdout), 'line'),
    once(child, 'exit').then(() => Promise.reject(new Error(`the server ${kind} did not start`))),
  ]);
  return { url: String(url), cpuMs: () => cpuMsOf(child), stop: () => stop(child) };
}

/** A process that sends requests to servers. */
export interface LoadGenerator {
  /** @returns answered requests a second */
  run(order: LoadOrder): Promise<number>;
  stop(): Promise<void>;
}

export function startLoadGenerator(): LoadGenerator {
  const child = fork(LOAD, { env, execArgv: ['--import', 'tsx'] });
  const failed = once(child, 'exit').then(() => Promise.reject(new Error('the load generator ended')));
  failed.catch(() => undefined);
  return {
    async run(order) {
      const answered = new Promise<LoadResult>((resolve) => child.once('message', resolve));
      child.send(order);
      return (await Promise.race([answered, failed])).requestsPerSecond;
    },
    stop: () => stop(child),
  };
}

async function stop(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
}

/** Linux reports it in hundredths of a second. */
async function cpuMsOf({ pid }: ChildProcess): Promise<number | null> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) * 10;
  } catch {
    return null;
  }
}
