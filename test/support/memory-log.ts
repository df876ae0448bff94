import { inspect } from 'node:util';
import type { Log } from '../../src/ports/log.ts';

/** A log that keeps its lines, so that a test can look for what must (not) be in them. */
export interface MemoryLog extends Log {
  readonly lines: string[];
}

export function memoryLog(): MemoryLog {
  const lines: string[] = [];
  const unwritten: (() => string)[] = [];
  const keep = (level: string) => (fields: object, message: string) => {
    const kept = { ...fields };
    unwritten.push(() => `${level} ${message} ${textOf(kept)}`);
  };
  return {
    // Written when a test looks: few do, and the stack of an error takes long to write.
    get lines() {
      for (const write of unwritten.splice(0)) lines.push(write());
      return lines;
    },
    debug: keep('debug'),
    info: keep('info'),
    warn: keep('warn'),
    error: keep('error'),
  };
}

function textOf(fields: object): string {
  return JSON.stringify(fields, (_, value) => (value instanceof Error ? inspect(value) : value));
}
