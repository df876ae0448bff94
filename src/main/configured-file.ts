import { readFile, stat } from 'node:fs/promises';
import { CannotStart } from '../model/errors.ts';

/**
 * Reads a file that a variable names.
 * @throws {CannotStart} if it cannot be read or has more than `maxBytes` bytes
 */
export async function readConfiguredFile(variable: string, path: string, maxBytes: number): Promise<string> {
  try {
    if ((await stat(path)).size > maxBytes) throw new Error(`it is longer than ${maxBytes} bytes`);
    return await readFile(path, 'utf8');
  } catch (error) {
    throw cannotStart(`${variable}: the file cannot be read`, error);
  }
}

/** Reads and parses a file that a variable names. @throws {CannotStart} also with what `parse` throws */
export async function parseConfiguredFile<Content>(
  variable: string,
  path: string,
  maxBytes: number,
  parse: (text: string) => Content,
): Promise<Content> {
  const text = await readConfiguredFile(variable, path, maxBytes);
  try {
    return parse(text);
  } catch (error) {
    throw cannotStart(variable, error);
  }
}

function cannotStart(what: string, error: unknown): CannotStart {
  const reason = error instanceof Error ? error.message : String(error);
  return new CannotStart(`${what}: ${reason}`, { cause: error });
}
