import { openSqliteStore } from '../../../src/adapters/sqlite/sqlite-store.ts';
import { templateGenerator } from '../../../src/adapters/template/generator.ts';
import { createCourse } from '../../support/course.ts';
import { benchPool } from '../bench-store.ts';

const WORDS = 200;

/** Writes the profile of the pool page into a data file: 200 words, each with an unused dialog. */
export async function fillPoolPage(path: string): Promise<void> {
  const store = await openSqliteStore({ path });
  try {
    await createCourse(store, { teaching: WORDS / 4, pending: WORDS - WORDS / 4 });
    const { unusedTotal } = await benchPool(store, templateGenerator()).ensureDialogs('course', WORDS);
    if (unusedTotal !== WORDS) throw new Error(`${unusedTotal} of ${WORDS} words have a dialog`);
  } finally {
    await store.close();
  }
}
