import type { Config } from '../config.ts';
import { type Manifest, parseManifest } from '../http/persisted-operations/manifest.ts';
import { parseConfiguredFile } from './configured-file.ts';

/** The most bytes of a manifest. */
const MAX_BYTES = 10_000_000;

/** Reads the only operations that are executed; null if every operation is. @throws {CannotStart} */
export async function openManifest({ persistedOperations: path }: Config): Promise<Manifest | null> {
  return path === null ? null : parseConfiguredFile('PERSISTED_OPERATIONS', path, MAX_BYTES, parseManifest);
}
