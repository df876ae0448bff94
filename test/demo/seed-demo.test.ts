import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { openSqliteStore } from '../../src/adapters/sqlite/sqlite-store.ts';
import { systemClock } from '../../src/adapters/system/system-clock.ts';
import { templateGenerator } from '../../src/adapters/template/generator.ts';
import { seedDemo } from '../../src/demo/seed-demo.ts';
import type { Dialog } from '../../src/model/dialog.ts';
import type { Profile } from '../../src/model/profile.ts';
import type { Word } from '../../src/model/word.ts';
import type { Store } from '../../src/ports/store.ts';
import { graphql } from '../generated/index.ts';
import { createCourse } from '../support/course.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { openTestApp, tempSqliteStore } from '../support/test-app.ts';

const Pools = graphql(`
  query PoolsOfDemo {
    profiles {
      edges {
        node {
          id
          name
          pool {
            unusedTotal
            usedTotal
            shortfall
            wordCounts {
              pending
              teaching
              learned
            }
          }
        }
      }
    }
  }
`);

const TopUp = graphql(`
  mutation TopUpDemo($profileId: ID!) {
    ensureDialogs(profileId: $profileId) {
      created {
        generator
        word {
          state
        }
      }
      unusedTotal
      outcome
    }
  }
`);

const SEED_PROCESS = fileURLToPath(new URL('./seed-process.ts', import.meta.url));
const NOW = new Date('2024-05-01T10:00:00Z');
const LATER = new Date('2024-05-09T10:00:00Z');
const EVERYTHING = { first: 100, after: null };

interface Contents {
  readonly profile: Profile | null | undefined;
  readonly words: readonly Word[];
  readonly dialogs: readonly Dialog[];
}

function seed(store: Store, now = NOW): Promise<void> {
  return seedDemo(store, templateGenerator(), { ...systemClock, now: () => now });
}

function contents(store: Store): Promise<Contents[]> {
  return Promise.all(
    ['demo', 'demo-zh'].map(async (id) => {
      const [profile] = await store.profiles([id]);
      const words = await store.wordPage(id, null, EVERYTHING);
      const dialogs = await store.dialogPage(id, null, EVERYTHING);
      return { profile, words: words.nodes, dialogs: dialogs.nodes };
    }),
  );
}

/** The contents of a store, with dates replaced by their type. */
function timeless(all: readonly Contents[]): unknown {
  return JSON.parse(JSON.stringify(all, (key, value) => (/At$/.test(key) ? typeof value : value)));
}

async function seeded(): Promise<Contents[]> {
  const store = await tempSqliteStore();
  await seed(store);
  return contents(store);
}

/** The store of a process that is killed before its write number `writes + 1`. */
function dyingStore(store: Store, writes: number): Store {
  let left = writes;
  async function write<Result>(act: () => Promise<Result>): Promise<Result> {
    if (left === 0) throw new Error('killed');
    left -= 1;
    return act();
  }
  return {
    ...store,
    createProfile: (profile) => write(() => store.createProfile(profile)),
    updateProfile: (id, change) => write(() => store.updateProfile(id, change)),
    setWordState: (id, wordIds, state) => write(() => store.setWordState(id, wordIds, state)),
    addWords: (id, words) => write(() => store.addWords(id, words)),
    createDialog: (dialog) => write(() => store.createDialog(dialog)),
    markDialogUsed: (id, dialogId, at) => write(() => store.markDialogUsed(id, dialogId, at)),
  };
}

function startProcess(path: string): ChildProcess {
  const child = spawn(process.execPath, ['--import', 'tsx', SEED_PROCESS, path], { stdio: 'inherit' });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  return child;
}

test('an empty store gets both courses, with some dialogs used and some not', async () => {
  const app = await openTestApp();
  await seed(app.store);
  const { profiles } = await app.ask(Pools, {});
  expect(profiles.edges.map(({ node }) => node)).toEqual([
    {
      id: 'demo',
      name: 'Spanish for English speakers',
      pool: {
        unusedTotal: 5,
        usedTotal: 4,
        shortfall: 7,
        wordCounts: { pending: 26, teaching: 8, learned: 14 },
      },
    },
    {
      id: 'demo-zh',
      name: 'English for Chinese speakers',
      pool: {
        unusedTotal: 6,
        usedTotal: 3,
        shortfall: 6,
        wordCounts: { pending: 28, teaching: 8, learned: 12 },
      },
    },
  ]);
});

test.each(['demo', 'demo-zh'])(
  'a top-up of %s fills its pool from teaching and pending words',
  async (id) => {
    const app = await openTestApp();
    await seed(app.store);
    const { ensureDialogs } = await app.ask(TopUp, { profileId: id });
    expect(ensureDialogs).toMatchObject({ unusedTotal: 12, outcome: 'SATISFIED' });
    const states = ensureDialogs.created.map(({ word }) => word?.state);
    expect(new Set(states)).toEqual(new Set(['TEACHING', 'PENDING']));
  },
);

test('all dates are in a plausible order, and none is in the future', async () => {
  for (const { profile, words, dialogs } of await seeded()) {
    const wordTimes = new Map(words.map((word) => [word.id, word.createdAt.getTime()]));
    expect(words.map(({ state }) => state)).toEqual(words.map(({ state }) => state).toSorted(byTimeMet));
    expect(new Set(wordTimes.values()).size).toBe(words.length);
    expect(words[0]?.createdAt).toEqual(profile?.createdAt);
    for (const { wordId, createdAt, usedAt } of dialogs) {
      const times = [wordTimes.get(wordId) ?? Number.NaN, createdAt.getTime(), (usedAt ?? NOW).getTime()];
      expect(times).toEqual(times.toSorted((a, b) => a - b));
      expect(times.at(-1)).toBeLessThanOrEqual(NOW.getTime());
    }
  }
});

test('a second start changes nothing, even if the demo was used in between', async () => {
  const store = await tempSqliteStore();
  await seed(store);
  const [demo] = await contents(store);
  await store.claimDialogs('demo', 3, NOW, 'claim');
  await store.removeWords('demo', demo?.words.slice(0, 20).map(({ id }) => id) ?? []);
  await store.updateProfile('demo', { name: 'Mine' });
  await store.deleteProfile('demo-zh');
  const before = await contents(store);
  await seed(store);
  expect(await contents(store)).toEqual(before);
});

test('a store that has another profile is not seeded', async () => {
  const store = await tempSqliteStore();
  await createCourse(store, { id: 'course', teaching: 1 });
  await seed(store);
  expect(await store.profiles(['demo', 'demo-zh'])).toEqual([null, null]);
});

test('a start that is killed before any of its writes is completed by the next one', async () => {
  const whole = await seeded();
  let writes = 0;
  for (let finished = false; !finished; writes += 1) {
    const store = await tempSqliteStore();
    finished = await seed(dyingStore(store, writes)).then(
      () => true,
      () => false,
    );
    if (!finished) await seed(store, writes === 0 ? NOW : LATER);
    expect(await contents(store)).toEqual(whole);
  }
  // Each write of a start has been the last one in one of the rounds.
  expect(writes).toBeGreaterThan(whole.flatMap(({ dialogs }) => dialogs).length);
});

test('starts that take every step at the same time create everything once', async () => {
  const path = join(await tempFolder(), 'pool.sqlite');
  const stores = await Promise.all([1, 2, 3].map(() => openSqliteStore({ path })));
  onTestFinished(async () => {
    for (const store of stores) await store.close();
  });
  await Promise.all(stores.map((store) => seed(store)));
  for (const store of stores) expect(await contents(store)).toEqual(await seeded());
});

test('processes that start at the same time on a new file seed it once', async () => {
  const path = join(await tempFolder(), 'pool.sqlite');
  const exits = await Promise.all(Array.from({ length: 3 }, () => once(startProcess(path), 'exit')));
  expect(exits).toEqual([
    [0, null],
    [0, null],
    [0, null],
  ]);
  const store = await openSqliteStore({ path });
  onTestFinished(() => store.close());
  expect(timeless(await contents(store))).toEqual(timeless(await seeded()));
});

test('a process killed while it seeds leaves a file that the next start completes', async () => {
  const path = join(await tempFolder(), 'pool.sqlite');
  const store = await openSqliteStore({ path });
  onTestFinished(() => store.close());
  const child = startProcess(path);
  const exit = once(child, 'exit');
  while ((await store.dialogCounts(['demo']))[0]?.used === 0 && child.exitCode === null) {
    await systemClock.sleep(1);
  }
  child.kill('SIGKILL');
  await exit;
  await seed(store, new Date());
  expect(timeless(await contents(store))).toEqual(timeless(await seeded()));
});

function byTimeMet(one: Word['state'], other: Word['state']): number {
  const order = ['learned', 'teaching', 'pending'];
  return order.indexOf(one) - order.indexOf(other);
}
