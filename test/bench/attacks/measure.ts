import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { type Server, startServer } from '../../llm/server.ts';
import { inTempFolder } from '../bench-store.ts';
import type { Attack } from './attack.ts';
import type { ProbeOrder, ProbeResult } from './probe.ts';

const PROBE = fileURLToPath(new URL('./probe.ts', import.meta.url));

/** What an attack did to a server. */
export interface Damage {
  /** The longest that a small request had to wait, in milliseconds. */
  readonly longestMs: number;
  /** Resident memory before, and at its highest, in MB; null if the system does not tell. */
  readonly memory: { readonly before: number; readonly highest: number } | null;
  readonly outcome: string;
}

/** Runs an attack on a server of its own, while a process beside it asks the server something small. */
export async function measure({ env = {}, prepare, act }: Attack): Promise<Damage> {
  return inTempFolder(async (folder) => {
    const server = await startServer({ DATA_DIR: folder, ...env });
    const probe = await startProbe(server.url);
    try {
      await prepare?.(server);
      await warmUp(server);
      const before = await residentMemory(server);
      await probe.begin();
      const outcome = await act(server);
      const longestMs = await probe.end();
      const highest = await highestMemory(server);
      return { longestMs, memory: before && highest ? { before, highest } : null, outcome };
    } finally {
      probe.stop();
      await server.end('SIGKILL');
    }
  });
}

async function startProbe(url: string) {
  const child = fork(PROBE, { execArgv: ['--import', 'tsx'] });
  const send = async (message: ProbeOrder): Promise<number> => {
    const answered = once(child, 'message');
    child.send(message);
    const [result]: ProbeResult[] = await answered;
    return result?.longestMs ?? Number.NaN;
  };
  return { begin: () => send({ url }), end: () => send({ url }), stop: () => child.kill() };
}

/** So that what every server loads and compiles with its first requests is not counted to an attack. */
async function warmUp({ url }: Server): Promise<void> {
  for (let i = 0; i < 200; i += 1) {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: `{ a${i}: profiles { edges { node { id pool { unusedTotal } } } } }` }),
    });
    await response.text();
  }
}

/** Also makes the system forget what the highest was until now. */
async function residentMemory({ pid }: Server): Promise<number | null> {
  try {
    await writeFile(`/proc/${pid}/clear_refs`, '5');
  } catch {
    return null;
  }
  return statusOf(pid, 'VmRSS');
}

async function highestMemory({ pid }: Server): Promise<number | null> {
  try {
    return await statusOf(pid, 'VmHWM');
  } catch {
    return null;
  }
}

async function statusOf(pid: number, field: string): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  const [, kilobytes] = new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(status) ?? [];
  return Math.round(Number(kilobytes) / 1024);
}
