import { describe, expect, test } from 'vitest';
import { systemClock } from '../../src/adapters/system/system-clock.ts';
import { schema } from '../../src/graphql/schema.ts';
import { graphql } from '../generated/index.ts';
import { createCourse } from '../support/course.ts';
import { scriptedGenerator } from '../support/scripted-generator.ts';
import { openTestApp } from '../support/test-app.ts';

const Create = graphql(`
  mutation CreateProfile($input: CreateProfileInput!) {
    createProfile(input: $input) {
      id name nativeLanguage targetLanguage level refVoiceId minDialogs autoTopUp maxCallsPerDay createdAt
      pool { unusedTotal usedTotal voicedTotal min shortfall wordCounts { pending teaching learned } }
      words { edges { node { id } } }
      dialogs { edges { node { id } } }
    }
  }
`);

const Read = graphql(`
  query ReadProfile($id: ID!) {
    profile(id: $id) {
      id name nativeLanguage targetLanguage level refVoiceId minDialogs autoTopUp maxCallsPerDay createdAt
    }
  }
`);

const List = graphql(`
  query ListProfiles {
    profiles { edges { node { id name } } pageInfo { hasNextPage endCursor } }
  }
`);

const Update = graphql(`
  mutation UpdateProfile($id: ID!, $input: UpdateProfileInput!) {
    updateProfile(id: $id, input: $input) {
      id name nativeLanguage targetLanguage level refVoiceId minDialogs autoTopUp maxCallsPerDay createdAt
      pool { min shortfall }
    }
  }
`);

const Delete = graphql(`
  mutation DeleteProfile($id: ID!) { deleteProfile(id: $id) }
`);

const EVERYTHING = {
  id: 'ana-DE_1.0',
  name: 'Ana lernt Portugiesisch 🇧🇷',
  nativeLanguage: 'de',
  targetLanguage: 'pt-BR',
  level: 'B1',
  refVoiceId: 'voice-7',
  minDialogs: 30,
  autoTopUp: true,
  maxCallsPerDay: 400,
} as const;

describe('languages in which the generator writes no dialogs', () => {
  const korean = { name: 'Ana', nativeLanguage: 'en', targetLanguage: 'ko' };
  const warnings = (lines: readonly string[]) => lines.filter((line) => line.startsWith('warn '));

  test('are warned of in the log, with the languages that the description of createProfile lists', async () => {
    const { ask, log } = await openTestApp();
    await ask(Create, { input: { ...korean, id: 'ana' } });
    const [warning = '', ...others] = warnings(log.lines);
    expect(others).toEqual([]);
    expect(warning).toContain('the profile will get no dialogs');
    expect(warning).toContain('"profileId":"ana","targetLanguage":"ko","nativeLanguage":"en"');
    const [, list = 'no list'] = /It has (.*)\."/u.exec(warning) ?? [];
    expect(schema.getMutationType()?.getFields().createProfile?.description).toContain(list);
  });

  test('are warned of again if an update sets them, and not if it sets something else', async () => {
    const { ask, log } = await openTestApp();
    const input = { ...korean, id: 'ana', targetLanguage: 'pt-PT' };
    await ask(Create, { input });
    expect(warnings(log.lines)).toEqual([]);
    await ask(Update, { id: 'ana', input: { nativeLanguage: 'ko' } });
    expect(warnings(log.lines)).toHaveLength(1);
    await ask(Update, { id: 'ana', input: { name: 'Ana B.' } });
    expect(warnings(log.lines)).toHaveLength(1);
  });

  test('are not warned of if the profile is refused, or if the generator takes every language', async () => {
    const { ask, send, log } = await openTestApp();
    await ask(Create, { input: { ...korean, id: 'ana', targetLanguage: 'fr' } });
    const { errors } = await send(Create, { input: { ...korean, id: 'ana' } });
    expect(errors[0]?.extensions?.code).toBe('PROFILE_ALREADY_EXISTS');
    expect(warnings(log.lines)).toEqual([]);
    const other = await openTestApp({ generator: scriptedGenerator() });
    await other.ask(Create, { input: korean });
    expect(warnings(other.log.lines)).toEqual([]);
  });
});

describe('createProfile', () => {
  test('creates a profile with all given fields and an empty pool', async () => {
    const now = new Date('2025-03-04T05:06:07.089Z');
    const app = await openTestApp({ clock: { ...systemClock, now: () => now } });
    const { createProfile } = await app.ask(Create, { input: EVERYTHING });
    expect(createProfile).toEqual({
      ...EVERYTHING,
      createdAt: '2025-03-04T05:06:07.089Z',
      pool: {
        unusedTotal: 0,
        usedTotal: 0,
        voicedTotal: 0,
        min: 30,
        shortfall: 30,
        wordCounts: { pending: 0, teaching: 0, learned: 0 },
      },
      words: { edges: [] },
      dialogs: { edges: [] },
    });
    const { profile } = await app.ask(Read, { id: EVERYTHING.id });
    expect(profile).toEqual({ ...EVERYTHING, createdAt: '2025-03-04T05:06:07.089Z' });
  });

  test('makes an id, sets the minimum to 12 and sets no level, voice, limit or automatic top-ups if they are left out', async () => {
    const app = await openTestApp();
    const input = { name: 'Ana', nativeLanguage: 'en', targetLanguage: 'es' };
    const { createProfile: one } = await app.ask(Create, { input });
    const { createProfile: other } = await app.ask(Create, {
      input: {
        ...input,
        id: null,
        level: null,
        refVoiceId: null,
        minDialogs: null,
        autoTopUp: null,
        maxCallsPerDay: null,
      },
    });
    expect(one.id).toMatch(/^[A-Za-z0-9_.-]{1,128}$/);
    expect(other.id).not.toBe(one.id);
    for (const profile of [one, other]) {
      expect(profile).toMatchObject({
        name: 'Ana',
        level: null,
        refVoiceId: null,
        minDialogs: 12,
        autoTopUp: false,
        maxCallsPerDay: null,
      });
    }
  });

  test('converts language tags to their canonical form and trims texts', async () => {
    const app = await openTestApp();
    const { createProfile } = await app.ask(Create, {
      input: { name: '  Ana ', nativeLanguage: 'EN-us', targetLanguage: 'zh-hant-tw', refVoiceId: ' v ' },
    });
    expect(createProfile).toMatchObject({
      name: 'Ana',
      nativeLanguage: 'en-US',
      targetLanguage: 'zh-Hant-TW',
      refVoiceId: 'v',
    });
  });

  test('refuses an id that is taken, and does not change its profile', async () => {
    const app = await openTestApp();
    await app.ask(Create, { input: EVERYTHING });
    const { data, errors } = await app.send(Create, { input: { ...EVERYTHING, name: 'Another' } });
    expect(data).toBe(null);
    expect(errors).toMatchObject([
      {
        message:
          'There is already a profile with the id "ana-DE_1.0". Choose another id, or leave it out to get a new one.',
        path: ['createProfile'],
        extensions: { code: 'PROFILE_ALREADY_EXISTS' },
      },
    ]);
    expect((await app.ask(Read, { id: EVERYTHING.id })).profile?.name).toBe(EVERYTHING.name);
  });

  test('succeeds for one of many callers with the same id', async () => {
    const app = await openTestApp();
    const answers = await Promise.all(
      Array.from({ length: 16 }, (_, i) => app.send(Create, { input: { ...EVERYTHING, name: `Ana ${i}` } })),
    );
    expect(answers.filter(({ errors }) => errors.length === 0)).toHaveLength(1);
    expect((await app.ask(List, {})).profiles.edges).toHaveLength(1);
  });
});

describe('profile and profiles', () => {
  test.each(['nobody', '', 'ANA-DE_1.0', 'a\u0000b', '\ud800', 'x'.repeat(5000)])(
    'profile is null for the unknown id %j',
    async (id) => {
      const app = await openTestApp();
      await app.ask(Create, { input: EVERYTHING });
      expect(await app.ask(Read, { id })).toEqual({ profile: null });
    },
  );

  test('profiles are listed oldest first; an empty store has an empty page', async () => {
    let now = 1_700_000_000_000;
    const app = await openTestApp({
      clock: { ...systemClock, now: () => new Date(now++) },
    });
    expect(await app.ask(List, {})).toEqual({
      profiles: { edges: [], pageInfo: { hasNextPage: false, endCursor: null } },
    });
    for (const id of ['c', 'a', 'b']) await app.ask(Create, { input: { ...EVERYTHING, id } });
    const { profiles } = await app.ask(List, {});
    expect(profiles.edges.map(({ node }) => node.id)).toEqual(['c', 'a', 'b']);
  });
});

describe('updateProfile', () => {
  test('changes the given fields only', async () => {
    const app = await openTestApp();
    const { createProfile: before } = await app.ask(Create, { input: EVERYTHING });
    const { pool: _, words: __, dialogs: ___, ...fields } = before;
    const changes = [
      { name: 'Anna' },
      { nativeLanguage: 'fr' },
      { targetLanguage: 'it' },
      { level: 'C2' },
      { refVoiceId: 'voice-8' },
      { minDialogs: 0 },
      { autoTopUp: false },
      { maxCallsPerDay: 0 },
    ] as const;
    let expected: object = fields;
    for (const input of changes) {
      expected = { ...expected, ...input };
      const { updateProfile } = await app.ask(Update, { id: EVERYTHING.id, input });
      expect(updateProfile).toMatchObject(expected);
      expect((await app.ask(Read, { id: EVERYTHING.id })).profile).toEqual(expected);
    }
  });

  test('without fields returns the unchanged profile', async () => {
    const app = await openTestApp();
    await app.ask(Create, { input: EVERYTHING });
    const { updateProfile } = await app.ask(Update, { id: EVERYTHING.id, input: {} });
    expect(updateProfile).toMatchObject(EVERYTHING);
  });

  test('removes level, voice and limit and sets the minimum back to 12 and automatic top-ups to false on null, and keeps the other fields', async () => {
    const app = await openTestApp();
    await app.ask(Create, { input: EVERYTHING });
    const { updateProfile } = await app.ask(Update, {
      id: EVERYTHING.id,
      input: {
        name: null,
        nativeLanguage: null,
        targetLanguage: null,
        level: null,
        refVoiceId: null,
        minDialogs: null,
        autoTopUp: null,
        maxCallsPerDay: null,
      },
    });
    expect(updateProfile).toMatchObject({
      ...EVERYTHING,
      level: null,
      refVoiceId: null,
      minDialogs: 12,
      autoTopUp: false,
      maxCallsPerDay: null,
      pool: { min: 12, shortfall: 12 },
    });
  });

  test('fails with PROFILE_NOT_FOUND for an unknown profile', async () => {
    const app = await openTestApp();
    const { data, errors } = await app.send(Update, { id: 'nobody', input: { name: 'Ana' } });
    expect(data).toBe(null);
    expect(errors).toMatchObject([{ path: ['updateProfile'], extensions: { code: 'PROFILE_NOT_FOUND' } }]);
  });
});

describe('deleteProfile', () => {
  test('deletes only this profile, with its words and dialogs', async () => {
    const app = await openTestApp();
    const { words } = await createCourse(app.store, { id: 'gone', teaching: 5 });
    await createCourse(app.store, { id: 'kept', teaching: 5 });
    await app.pool.ensureDialogs('gone', 3);
    await app.pool.ensureDialogs('kept', 3);
    const keys = words.map(({ profileId, id }) => ({ profileId, wordId: id }));

    expect(await app.ask(Delete, { id: 'gone' })).toEqual({ deleteProfile: 'gone' });

    expect((await app.ask(List, {})).profiles.edges.map(({ node }) => node.id)).toEqual(['kept']);
    expect(await app.store.words(keys)).toEqual(keys.map(() => null));
    expect(await app.store.unusedDialogs(keys)).toEqual(keys.map(() => null));
    expect(await app.store.dialogCounts(['gone', 'kept'])).toEqual([
      { unused: 0, used: 0 },
      { unused: 3, used: 0 },
    ]);
    expect(await app.store.wordCounts(['kept'])).toEqual([{ pending: 0, teaching: 5, learned: 0 }]);
  });

  test('leaves no data to a new profile with the same id', async () => {
    const app = await openTestApp();
    await createCourse(app.store, { id: EVERYTHING.id, teaching: 5 });
    await app.pool.ensureDialogs(EVERYTHING.id, 3);
    await app.ask(Delete, { id: EVERYTHING.id });
    const { createProfile } = await app.ask(Create, { input: EVERYTHING });
    expect(createProfile.pool).toMatchObject({ unusedTotal: 0, usedTotal: 0, wordCounts: { teaching: 0 } });
    expect(createProfile.words.edges).toEqual([]);
  });

  test('fails with PROFILE_NOT_FOUND if it is repeated', async () => {
    const app = await openTestApp();
    await createCourse(app.store, { id: 'gone' });
    await app.ask(Delete, { id: 'gone' });
    const { errors } = await app.send(Delete, { id: 'gone' });
    expect(errors).toMatchObject([{ path: ['deleteProfile'], extensions: { code: 'PROFILE_NOT_FOUND' } }]);
  });
});
