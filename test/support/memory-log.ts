import { inspect } from 'node:util';
import type { Log } from '../../src/ports/log.ts';

/** A log that keeps its lines, so that a test can look for what must (not) be in them. */
export interface MemoryLog extends Log {
  readonly lines: string[];
}

export function memoryLog(): MemoryLog {
  const lines: string[] = [];
  const keep = (level: string) => (fields: object, message: string) => {
    const text = JSON.stringify(fields, (_, value) => (value instanceof Error ? inspect(value) : value));
    lines.push(`${level} ${message} ${text}`);
  };
  return { lines, debug: keep('debug'), info: keep('info'), warn: keep('warn'), error: keep('error') };
}
