import type { Clock } from '../../ports/clock.ts';
import type { Store } from '../../ports/store.ts';
import { applyImport, type ImportOptions, type ImportResult } from './apply-import.ts';
import { readTable, type WordTable } from './read-table.ts';

/** Imports words from other programs. Every method can also throw StoreUnavailable. */
export interface WordImport {
  /**
   * Adds the words of a table to a profile, as `applyImport` does.
   * @param table its text has been checked against its limit
   * @throws {ProfileNotFound | BadUserInput} and adds nothing
   */
  importTable(profileId: string, table: WordTable, options: ImportOptions): Promise<ImportResult>;
}

interface WordImportDeps {
  readonly store: Store;
  readonly clock: Clock;
}

export function createWordImport(deps: WordImportDeps): WordImport {
  return {
    async importTable(profileId, table, options) {
      return applyImport(deps, profileId, readTable(table), options);
    },
  };
}
