import type { PromptState } from '../../model/prompt-state.ts';
import type { PromptStore } from '../../ports/prompts.ts';
import type { Store } from '../../ports/store.ts';
import { keepable } from './file/binds.ts';
import type { SqliteDatabase } from './file/database.ts';
import { promptStateColumn, promptStateOf } from './file/prompt-row.ts';

const SAVE = `INSERT INTO prompts (model, content) VALUES (?1, ?2)
  ON CONFLICT DO UPDATE SET content = excluded.content`;

export function promptMethods(database: SqliteDatabase): Pick<Store, keyof PromptStore> {
  /** Called within `read` or `write`. */
  function stateOf(model: string): PromptState | null {
    const [row] = database.rows('SELECT content FROM prompts WHERE model = ?1', [keepable(model)]);
    return row === undefined ? null : promptStateOf(row);
  }

  return {
    promptState: (model) => database.read(() => stateOf(model)),

    editPromptState: (model, change) =>
      database.write(() => {
        const state = stateOf(model);
        const changed = change(state);
        if (changed !== null) database.run(SAVE, [keepable(model), promptStateColumn(changed)]);
        return changed ?? state;
      }),
  };
}
