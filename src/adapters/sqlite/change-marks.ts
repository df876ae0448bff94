import type { ChangeStore } from '../../ports/change-marks.ts';
import type { SqliteDatabase } from './file/database.ts';
import { integer } from './file/values.ts';

/**
 * The mark covers the whole file: `data_version` changes with every write of another connection, `total_changes()` with
 * every write of this one. Reading both takes a few microseconds.
 */
export function changeMethods(database: SqliteDatabase): ChangeStore {
  return {
    async changeMark() {
      const [row] = await database.read(() =>
        database.rows('SELECT json_array(data_version, total_changes()) FROM pragma_data_version'),
      );
      const [others, own] = row ?? [];
      return { mark: `${integer(others)}.${integer(own)}`, askAgainMs: 250, fullLook: null };
    },
  };
}
