import { systemClock } from '../../src/adapters/system/system-clock.ts';
import { templateGenerator } from '../../src/adapters/template/generator.ts';
import { seedDemo } from '../../src/demo/seed-demo.ts';
import type { Dialog } from '../../src/model/dialog.ts';
import type { Learning } from '../../src/model/learning.ts';
import type { Profile } from '../../src/model/profile.ts';
import type { Word } from '../../src/model/word.ts';
import type { Store } from '../../src/ports/store.ts';
import { tempSqliteStore } from '../support/test-app.ts';

/** When the demo is seeded, unless a test says otherwise. */
export const NOW = new Date('2024-05-01T10:00:00Z');
export const LATER = new Date('2024-05-09T10:00:00Z');
const EVERYTHING = { first: 100, after: null };

/** What a store has of one demo profile. */
interface Contents {
  readonly profile: Profile | null | undefined;
  readonly words: readonly Word[];
  readonly dialogs: readonly Dialog[];
  readonly learning: Learning | null | undefined;
}

export function seed(store: Store, now = NOW): Promise<void> {
  let ids = 0;
  return seedDemo(store, templateGenerator(), {
    clock: { ...systemClock, now: () => now },
    newId: () => {
      ids += 1;
      return `${ids}`;
    },
  });
}

/** What the store has of both demo profiles. */
export function contents(store: Store): Promise<Contents[]> {
  return Promise.all(
    ['demo', 'demo-zh'].map(async (id) => {
      const [profile] = await store.profiles([id]);
      const words = await store.wordPage(id, null, EVERYTHING);
      const dialogs = await store.dialogPage(id, null, EVERYTHING);
      const [learning] = await store.learnings([id]);
      return { profile, words: words.nodes, dialogs: dialogs.nodes, learning };
    }),
  );
}

/** The contents of a store, without what differs between two seedings: dates, and the series of dialogs. */
export function timeless(all: readonly Contents[]): unknown {
  return JSON.parse(
    JSON.stringify(all, (key, value) => {
      if (/At$|^(at|due|dialogSeries)$/.test(key)) return typeof value;
      return /^(id|dialogId)$/.test(key) ? value.replace(/\.\w+-(?=\d+$)/, '.series-') : value;
    }),
  );
}

/** What a store has after an undisturbed seeding. */
export async function seeded(): Promise<Contents[]> {
  const store = await tempSqliteStore();
  await seed(store);
  return contents(store);
}
