import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type GraphQLFieldConfig, GraphQLID, GraphQLInt, GraphQLNonNull, isObjectType } from 'graphql';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openSqliteStore } from '../../src/adapters/sqlite/sqlite-store.ts';
import { systemClock } from '../../src/adapters/system/system-clock.ts';
import type { Context } from '../../src/graphql/context.ts';
import { schema } from '../../src/graphql/schema.ts';
import type { Clock } from '../../src/ports/clock.ts';
import { samplePromptState } from '../contract/prompt-samples.ts';
import { present, second } from '../contract/samples.ts';
import { frozenClock } from '../support/clocks.ts';
import { contentsOf } from '../support/contents.ts';
import { createCourse } from '../support/course.ts';
import { writeNewDataFile } from '../support/new-data-file.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { bearer, openTestApp, type TestApp } from '../support/test-app.ts';
import { openIssuer } from './issuer.ts';
import {
  type Ids,
  namesPart,
  operationOf,
  PROMPT_VERSION,
  plant,
  reached,
  type Walk,
  walksOf,
} from './schema-walk.ts';

/** Two apps with a profile of Bob's that differ in one thing: in `present`, Alice has a profile too. */
interface Setting {
  readonly present: TestApp;
  readonly absent: TestApp;
  readonly alices: Ids;
  readonly bobs: Ids;
  readonly tokens: Readonly<Record<'alice' | 'bob' | 'reader' | 'service', string>>;
  /** Another app with everything that `present` has. */
  another(): Promise<TestApp>;
}

/** The version that the walk goes back to. */
const CHAMPION = { number: 1, at: second(0), cause: 'first', champion: PROMPT_VERSION } as const;

/** The first fields of ways to what all profiles share. Learners may not go them. */
const SHARED = ['prompts', 'rollBackPrompt'];

/** Fills a profile with one of everything that can be reached from it. The app begins no more work after it. */
async function fill(app: TestApp, id: string, ownerId: string): Promise<Ids> {
  await createCourse(app.store, { id, ownerId, teaching: 6 });
  await app.pool.ensureDialogs(id, 3);
  const claimed = await app.pool.claimDialogs(id, { count: 2 });
  for (const { id: dialogId, wordId } of claimed)
    await app.learning.reviewDialog(id, dialogId, { results: [{ wordId, grade: 'good' }], rating: 4 });
  const used = present(claimed[0]);
  const topUp = await app.pool.startTopUp(id, 12);
  await app.pool.finish(10_000);
  const [record] = await app.store.topUpRecords([{ profileId: id, topUpId: topUp.id }]);
  expect(record).toMatchObject({ state: 'ended', skipped: [{ reason: 'HAS_UNUSED_DIALOG' }] });
  return { profile: id, word: used.wordId, dialog: used.id, topUp: topUp.id, fresh: 'fresh' };
}

async function openSetting(): Promise<Setting> {
  const issuer = await openIssuer();
  const folder = await tempFolder();
  const openApp = async (file: string, clock: Clock) => {
    const store = await openSqliteStore({ path: join(folder, file) });
    onTestFinished(() => store.close());
    return openTestApp({ store, clock, authenticate: issuer.authenticate, publicUrl: `http://${file}` });
  };
  const filled = async (file: string, id: string, ownerId: string) => {
    const app = await openApp(file, systemClock);
    const ids = await fill(app, id, ownerId);
    await app.store.editPromptState('template', () => samplePromptState({ champions: [CHAMPION] }));
    await app.store.close();
    return ids;
  };
  let copies = 0;
  await writeNewDataFile(join(folder, 'absent'));
  const bobs = await filled('absent', 'bobs-course', 'bob');
  await copyFile(join(folder, 'absent'), join(folder, 'present'));
  const alices = await filled('present', 'alices-course', 'alice');
  await copyFile(join(folder, 'present'), join(folder, 'original'));
  const [alice, bob] = [await issuer.token('alice', 'learner'), await issuer.token('bob', 'learner')];
  const reader = await issuer.token('dashboard', 'reader');
  return {
    // The time stands still, so that answers do not differ in dates.
    present: await openApp('present', frozenClock()),
    absent: await openApp('absent', frozenClock()),
    alices,
    bobs,
    tokens: { alice, bob, reader, service: await issuer.token('backend', 'service') },
    async another() {
      copies += 1;
      await copyFile(join(folder, 'original'), join(folder, `copy-${copies}`));
      return openApp(`copy-${copies}`, systemClock);
    },
  };
}

/** What is sent for an operation up to its first result: the status and the body. */
async function answerOf(app: TestApp, walk: Walk, ids: Ids, token?: string): Promise<string> {
  const accept = walk.kind === 'subscription' ? 'text/event-stream' : 'application/json';
  const response = await app.app.fetch('http://127.0.0.1/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept, ...bearer(token) },
    body: JSON.stringify({ query: operationOf(walk, ids) }),
  });
  let text = '';
  const decoder = new TextDecoder();
  const reader = response.body?.getReader();
  for (;;) {
    const { done, value } = (await reader?.read()) ?? { done: true };
    text += decoder.decode(value, { stream: true });
    if (done || /^data: .+\n\n/m.test(text)) break;
  }
  await reader?.cancel();
  return `${response.status} ${text}`;
}

/** The answer as JSON. */
function parsed(answer: string): { data?: unknown; errors?: { extensions?: { code?: string } }[] } {
  return JSON.parse(/\{.*\}/s.exec(answer)?.[0] ?? '{}');
}

/** The names of the fields by which Bob can tell whether Alice has a profile, or what is in it. */
async function leaks({ present, absent, alices, bobs, tokens }: Setting, walks: Walk[]): Promise<string[]> {
  const found: string[] = [];
  for (const walk of walks) {
    const guesses = namesPart(walk) ? [alices, { ...alices, profile: bobs.profile }] : [alices];
    for (const ids of guesses) {
      const [one, other] = [
        await answerOf(present, walk, ids, tokens.bob),
        await answerOf(absent, walk, ids, tokens.bob),
      ];
      if (one !== other) found.push(walk.name);
    }
  }
  return found;
}

const walks = walksOf(schema);
const mutations = walks.filter(({ kind, steps }) => kind === 'mutation' && steps.length === 1);

test('the walk goes to every field of the schema', () => {
  const fields = Object.values(schema.getTypeMap()).flatMap((type) =>
    isObjectType(type) && !type.name.startsWith('__')
      ? Object.keys(type.getFields()).map((field) => `${type.name}.${field}`)
      : [],
  );
  const ends = walks.map(({ steps }) => `${steps.at(-1)?.parent}.${steps.at(-1)?.field.name}`);
  expect(ends.toSorted()).toEqual(fields.toSorted());
  expect(ends.length).toBeGreaterThan(100);
});

test('the owner reaches every field but those that all profiles share, so that what a stranger does not get is there', async () => {
  const setting = await openSetting();
  const { alices, tokens } = setting;
  for (const walk of walks) {
    // There is none while nothing runs.
    if (walk.name.endsWith('Pool.currentTopUp')) continue;
    const app = walk.kind === 'mutation' ? await setting.another() : setting.present;
    const isShared = SHARED.includes(present(walk.steps[0]).field.name);
    if (isShared) {
      const refused = await answerOf(app, walk, alices, tokens.alice);
      expect(parsed(refused).errors, walk.name).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
    }
    const answer = await answerOf(app, walk, alices, isShared ? tokens.service : tokens.alice);
    expect(parsed(answer).errors, `${walk.name}: ${answer}`).toBeUndefined();
    expect(reached(walk, parsed(answer).data), `${walk.name}: ${answer}`).toBeDefined();
  }
});

test('for every field, a stranger gets exactly what it would get if the profile did not exist', async () => {
  const setting = await openSetting();
  const before = await contentsOf(setting.present.store, 'alices-course');
  expect(await leaks(setting, walks)).toEqual([]);
  expect(await contentsOf(setting.present.store, 'alices-course')).toEqual(before);
});

test('a reader reads everything that a service reads, and every mutation is refused', async () => {
  const { present, alices, tokens } = await openSetting();
  const before = await contentsOf(present.store);
  for (const walk of mutations) {
    const answer = await answerOf(present, walk, alices, tokens.reader);
    expect(parsed(answer).errors, walk.name).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
  }
  for (const walk of walks) {
    if (walk.kind === 'mutation' || walk.name.endsWith('Profile.ownerId')) continue;
    const answer = await answerOf(present, walk, alices, tokens.reader);
    expect(answer, walk.name).toEqual(await answerOf(present, walk, alices, tokens.service));
  }
  expect(await contentsOf(present.store)).toEqual(before);
});

test('without a token, every field is refused with 401', async () => {
  const { present, alices } = await openSetting();
  const before = await contentsOf(present.store);
  for (const walk of walks) {
    const answer = await answerOf(present, walk, alices);
    expect(answer, walk.name).toMatch(/^401 .*"code":"UNAUTHENTICATED"/);
  }
  expect(await contentsOf(present.store)).toEqual(before);
});

describe('a field that is not covered is found:', () => {
  type Field = GraphQLFieldConfig<unknown, Context>;
  const id = (name: string) => ({ [name]: { type: new GraphQLNonNull(GraphQLID) } });
  const plantedWalks = () =>
    walksOf(schema).filter(({ name }) => !walks.some((known) => known.name === name));
  /** Reads and writes the store of the app itself, past `src/access`. */
  const storeOf = ({ present, absent }: Setting, { baseUrl }: Context) =>
    (baseUrl().endsWith('present') ? present : absent).store;

  test('a query that reads past the access rules', async () => {
    const setting = await openSetting();
    const field: Field = {
      type: GraphQLInt,
      args: id('profileId'),
      resolve: (_, { profileId }, context) => storeOf(setting, context).unusedTotal(profileId),
    };
    onTestFinished(plant(schema, 'Query', { unguardedTotal: field }));
    expect(await leaks(setting, plantedWalks())).toEqual(['Query.unguardedTotal']);
  });

  test("a field that finds parts of other profiles from one's own", async () => {
    const setting = await openSetting();
    const field: Field = {
      type: GraphQLID,
      args: id('wordId'),
      resolve: async (_, { wordId }, context) => {
        const [word] = await storeOf(setting, context).words([{ profileId: 'alices-course', wordId }]);
        return word?.text;
      },
    };
    onTestFinished(plant(schema, 'Profile', { anyWord: field }));
    expect(await leaks(setting, plantedWalks())).toEqual(['Query.profile > Profile.anyWord']);
  });

  test('a mutation that changes past the access rules', async () => {
    const setting = await openSetting();
    const field: Field = {
      type: GraphQLID,
      args: id('profileId'),
      resolve: async (_, { profileId }, context) => {
        const { name } = await storeOf(setting, context).updateProfile(profileId, { name: 'changed' });
        return name;
      },
    };
    onTestFinished(plant(schema, 'Mutation', { unguardedChange: field }));
    expect(await leaks(setting, plantedWalks())).toEqual(['Mutation.unguardedChange']);
  });

  test('a field with an argument that names something the walk does not know', () => {
    const field: Field = { type: GraphQLInt, args: id('friendId') };
    onTestFinished(plant(schema, 'Query', { friend: field }));
    const ids = { profile: 'p', word: 'w', dialog: 'd', topUp: 't', fresh: 'f' };
    expect(() => walksOf(schema).map((walk) => operationOf(walk, ids))).toThrow(
      'the walk does not know what the argument friendId names',
    );
  });
});
