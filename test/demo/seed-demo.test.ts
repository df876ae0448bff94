import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openSqliteStore } from '../../src/adapters/sqlite/sqlite-store.ts';
import { systemClock } from '../../src/adapters/system/system-clock.ts';
import type { Word } from '../../src/model/word.ts';
import type { Store } from '../../src/ports/store.ts';
import { graphql } from '../generated/index.ts';
import { createCourse } from '../support/course.ts';
import { Practised } from '../support/practice.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { openTestApp, tempSqliteStore } from '../support/test-app.ts';
import { contents, NOW, seed, seeded, timeless } from './seeded-store.ts';

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

/** The URL of a compiled module. A process that need not compile its modules starts fast. */
const compiled = (module: string) => JSON.stringify(new URL(`../../dist/${module}`, import.meta.url));

/** Starts a process that seeds a file, as a server does when it starts. */
function startProcess(path: string): ChildProcess {
  const program = `
    const { openSqliteStore } = await import(${compiled('adapters/sqlite/sqlite-store.js')});
    const { randomUUID } = await import('node:crypto');
    const { systemClock } = await import(${compiled('adapters/system/system-clock.js')});
    const { templateGenerator } = await import(${compiled('adapters/template/generator.js')});
    const { seedDemo } = await import(${compiled('demo/seed-demo.js')});
    const store = await openSqliteStore({ path: ${JSON.stringify(path)} });
    await seedDemo(store, templateGenerator(), { clock: systemClock, newId: randomUUID });
    await store.close();`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program], { stdio: 'inherit' });
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
        usedTotal: 10,
        shortfall: 7,
        wordCounts: { pending: 26, teaching: 8, learned: 14 },
      },
    },
    {
      id: 'demo-zh',
      name: 'English for Chinese speakers',
      pool: {
        unusedTotal: 6,
        usedTotal: 4,
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

test('some of the words have been reviewed, and the learner is known a little', async () => {
  const app = await openTestApp();
  await seed(app.store);
  const { profile } = await app.ask(Practised, { id: 'demo' });
  expect(profile?.learning).toMatchObject({ reviews: 9, version: 9 });
  expect(profile?.learning.styles.reduce((sum, { dialogs }) => sum + dialogs, 0)).toBe(9);
  expect(profile?.learning.logLoss).toBeLessThan(Number(profile?.learning.defaultLogLoss) + 0.05);
  expect(profile?.learning.versions.map(({ at }) => at)).toEqual(
    profile?.learning.versions
      .map(({ at }) => at)
      .toSorted()
      .reverse(),
  );
  const memories = profile?.words.edges.flatMap(({ node }) => node.memory ?? []) ?? [];
  expect(memories.map(({ reviews }) => reviews).toSorted()).toEqual([1, 2, 3, 3]);
});

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

test('three starts in one process at the same time create everything once', async () => {
  const path = join(await tempFolder(), 'pool.sqlite');
  const stores = await Promise.all([1, 2, 3].map(() => openSqliteStore({ path })));
  onTestFinished(async () => {
    for (const store of stores) await store.close();
  });
  await Promise.all(stores.map((store) => seed(store)));
  for (const store of stores) expect(await contents(store)).toEqual(await seeded());
});

test('a start that another one overtakes creates what the other one would have created', async () => {
  const store = await tempSqliteStore();
  const late: Store = {
    ...store,
    async createProfile(profile) {
      // The other start created the profile 50 minutes earlier, by its own clock, and was killed then.
      const other = { ...profile, createdAt: new Date(profile.createdAt.getTime() - 3_000_000) };
      if (profile.id === 'demo') await store.createProfile(other);
      await store.createProfile(profile);
    },
  };
  await seed(late, new Date(NOW.getTime() + 3_000_000));
  expect(await contents(store)).toEqual(await seeded());
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
