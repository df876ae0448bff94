import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { LoadOrder, LoadResult } from './load.ts';

const MAIN = fileURLToPath(new URL('../../../dist/main.js', import.meta.url));
const PEER = fileURLToPath(new URL('../peers/server.ts', import.meta.url));
const LOAD = fileURLToPath(new URL('./load.ts', import.meta.url));
const env = { ...process.env, NODE_ENV: 'production' };

/** A server in its own process. */
export interface PageServer {
  readonly url: string;
  /** Processor time used so far, in milliseconds; null if the system does not report it. */
  cpuMs(): Promise<number | null>;
  stop(): Promise<void>;
}

/** Starts another GraphQL server on a data file. */
export async function startPeer(kind: string, path: string): Promise<PageServer> {
  const child = spawn(process.execPath, ['--import', 'tsx', PEER, kind, path], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [url] = await Promise.race([once(createInterface(child.stdout), 'line'), endOf(child)]);
  return pageServer(child, String(url));
}

/** Starts the built server on the data file in a folder. Like the other servers, it logs no requests. */
export async function startOurs(folder: string): Promise<PageServer> {
  const port = await freePort();
  const child = spawn(process.execPath, [MAIN], {
    env: { NODE_ENV: 'production', DATA_DIR: folder, DEMO: '0', LOG_LEVEL: 'warn', PORT: String(port) },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const url = `http://127.0.0.1:${port}`;
  const isUp = () =>
    fetch(`${url}/health`).then(
      ({ ok }) => ok,
      () => false,
    );
  const ended = endOf(child);
  while (!(await Promise.race([isUp(), ended]))) await Promise.race([pause(50), ended]);
  return pageServer(child, `${url}/graphql`);
}

function pageServer(child: ChildProcess, url: string): PageServer {
  return { url, cpuMs: () => cpuMsOf(child), stop: () => stop(child) };
}

/** Rejects when the process ends. */
function endOf(child: ChildProcess): Promise<never> {
  const ended = once(child, 'exit').then(() =>
    Promise.reject(new Error('a process of the benchmark has ended')),
  );
  ended.catch(() => undefined);
  return ended;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  if (address === null || typeof address === 'string') throw new Error('not listening on a port');
  return address.port;
}

/** A process that sends requests to servers. */
export interface LoadGenerator {
  /** @returns answered requests a second */
  run(order: LoadOrder): Promise<number>;
  stop(): Promise<void>;
}

export function startLoadGenerator(): LoadGenerator {
  const child = fork(LOAD, { env, execArgv: ['--import', 'tsx'] });
  const failed = endOf(child);
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
