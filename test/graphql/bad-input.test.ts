import { getIntrospectionQuery } from 'graphql';
import { describe, expect, test } from 'vitest';
import { cursorOf } from '../../src/graphql/cursor.ts';
import { contentsOf } from '../support/contents.ts';
import { createCourse } from '../support/course.ts';
import { HIDDEN, NEEDED_INVISIBLES } from '../support/invisible-characters.ts';
import { openTestApp, type TestApp } from '../support/test-app.ts';

/** The documents that are sent, by the field that they select. */
const DOCUMENTS: Readonly<Record<string, string>> = {
  createProfile: 'mutation ($input: CreateProfileInput!) { createProfile(input: $input) { id } }',
  updateProfile:
    'mutation ($input: UpdateProfileInput!) { updateProfile(id: "course", input: $input) { id } }',
  addWords: `mutation ($words: [WordInput!]!) {
    addWords(profileId: "course", words: $words) { added { id } }
  }`,
  setWordState: `mutation ($wordIds: [ID!]!, $state: WordState! = LEARNED) {
    setWordState(profileId: "course", wordIds: $wordIds, state: $state) { id }
  }`,
  removeWords: 'mutation ($wordIds: [ID!]!) { removeWords(profileId: "course", wordIds: $wordIds) }',
  ensureDialogs: 'mutation ($min: Int) { ensureDialogs(profileId: "course", min: $min) { unusedTotal } }',
  claimDialogs: 'mutation ($count: Int) { claimDialogs(profileId: "course", count: $count) { id } }',
  profiles: `query ($first: Int, $after: String) {
    profiles(first: $first, after: $after) { edges { cursor } }
  }`,
  words: `query ($first: Int, $after: String, $states: [WordState!]) {
    profile(id: "course") { words(first: $first, after: $after, states: $states) { edges { cursor } } }
  }`,
  dialogs: `query ($first: Int, $after: String, $isUsed: Boolean) {
    profile(id: "course") { dialogs(first: $first, after: $after, isUsed: $isUsed) { edges { cursor } } }
  }`,
};

const PROFILE = { name: 'Ana', nativeLanguage: 'en', targetLanguage: 'es' };

/** Opens an app with a course that has words and some dialogs, one of them used. */
async function openCourse(): Promise<TestApp> {
  const app = await openTestApp();
  await createCourse(app.store, { teaching: 3, pending: 4, learned: 2 });
  await app.pool.ensureDialogs('course', 4);
  await app.pool.claimDialogs('course', { count: 1 });
  return app;
}

interface RawAnswer {
  readonly data?: unknown;
  readonly errors?: readonly { message: string; extensions: Record<string, unknown> }[];
}

async function send({ app }: TestApp, query: string, variables: object = {}): Promise<RawAnswer> {
  const response = await app.fetch('http://127.0.0.1/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: DOCUMENTS[query] ?? query, variables }),
  });
  return response.json();
}

/** Texts that no error message should contain: names of files and libraries, SQL, JavaScript values. */
const INSIDE =
  /zod|sqlite|libsql|pothos|\.[jt]s\b|node_modules|\n\s+at |\bSELECT\b|\bINSERT\b|constraint|NaN|\[object/i;

interface Wrong {
  /** The key of one of `DOCUMENTS`, or a document. */
  readonly query: string;
  readonly variables?: object;
  readonly code?: string;
}

/** Sends a wrong request, and checks that it is refused with the code, reveals no internals and changes nothing. */
async function expectRefusal(
  app: TestApp,
  { query, variables = {}, code = 'BAD_USER_INPUT' }: Wrong,
  message: string | RegExp,
): Promise<void> {
  const before = await contentsOf(app.store);
  const { errors } = await send(app, query, variables);
  expect(errors?.map(({ extensions }) => extensions)).toEqual([{ code }]);
  expect(errors?.[0]?.message).toMatch(message);
  expect(errors?.[0]?.message).not.toMatch(INSIDE);
  expect(await contentsOf(app.store)).toEqual(before);
  expect(app.log.lines.filter((line) => line.startsWith('error'))).toEqual([]);
}

async function expectAcceptance(app: TestApp, query: string, variables: object): Promise<void> {
  const { errors } = await send(app, query, variables);
  expect(errors).toBe(undefined);
}

describe('a number outside its limits is refused with the name of its argument', () => {
  const cases: [
    argument: string,
    query: string,
    variables: (value: number) => object,
    min: number,
    max: number,
  ][] = [
    ['min', 'ensureDialogs', (min) => ({ min }), 0, 500],
    ['count', 'claimDialogs', (count) => ({ count }), 1, 100],
    ['first', 'profiles', (first) => ({ first }), 0, 100],
    ['first', 'words', (first) => ({ first }), 0, 100],
    ['first', 'dialogs', (first) => ({ first }), 0, 100],
    ['input.minDialogs', 'createProfile', (minDialogs) => ({ input: { ...PROFILE, minDialogs } }), 0, 500],
    ['input.minDialogs', 'updateProfile', (minDialogs) => ({ input: { minDialogs } }), 0, 500],
    [
      'input.maxCallsPerDay',
      'createProfile',
      (maxCallsPerDay) => ({ input: { ...PROFILE, maxCallsPerDay } }),
      0,
      1_000_000,
    ],
    [
      'input.maxCallsPerDay',
      'updateProfile',
      (maxCallsPerDay) => ({ input: { maxCallsPerDay } }),
      0,
      1_000_000,
    ],
  ];

  test.each(cases)('%s of %s', async (argument, query, variables, min, max) => {
    const app = await openCourse();
    for (const value of [min, min + 1, max - 1, max]) await expectAcceptance(app, query, variables(value));
    for (const value of [min - 1, max + 1, 2 ** 31 - 1, -(2 ** 31)]) {
      const message = `${argument}: must be a whole number from ${min} to ${max}, and is ${value}`;
      await expectRefusal(app, { query, variables: variables(value) }, message);
    }
  });
});

describe('a list that is too long is refused with the name of its argument', () => {
  const ids = (length: number) => Array.from({ length }, (_, i) => `id ${i}`);
  const words = (length: number) => Array.from({ length }, (_, i) => ({ text: `new word ${i}` }));
  const message = 'must have at most 1000 entries, and has 1001; send the rest in another call';

  test('words', async () => {
    const app = await openCourse();
    await expectAcceptance(app, 'addWords', { words: words(1000) });
    await expectRefusal(app, { query: 'addWords', variables: { words: words(1001) } }, `words: ${message}`);
  });

  test('wordIds', async () => {
    const app = await openCourse();
    await expectAcceptance(app, 'removeWords', { wordIds: ids(1000) });
    for (const query of ['removeWords', 'setWordState']) {
      await expectRefusal(app, { query, variables: { wordIds: ids(1001) } }, `wordIds: ${message}`);
    }
  });
});

describe('a text outside its limits is refused with the name of its argument', () => {
  const text = (max: number): [accepted: string[], refused: [string, string][]] => [
    [
      ...['x', 'é', 'x'.repeat(max), '🇧🇷'.repeat(max / 2), `  ${'x'.repeat(max)}\n`, '\ufffd', '<b>', '!'],
      ...NEEDED_INVISIBLES,
    ],
    [
      ['', `must have 1 to ${max} characters, and has 0`],
      [' \t ', `must have 1 to ${max} characters, and has 0`],
      ['x'.repeat(max + 1), `must have 1 to ${max} characters, and has ${max + 1}`],
      ['x'.repeat(100_000), `must have 1 to ${max} characters, and has 100000`],
      ['a\u0000b', 'must not contain control characters or broken Unicode'],
      ['a\nb', 'must not contain control characters or broken Unicode'],
      ['a\u001bb', 'must not contain control characters or broken Unicode'],
      ['a\u007fb', 'must not contain control characters or broken Unicode'],
      ['a\u0085b', 'must not contain control characters or broken Unicode'],
      ['a\ud83d', 'must not contain control characters or broken Unicode'],
      ['\udc00a', 'must not contain control characters or broken Unicode'],
      ['a\u2028b', 'must not contain control characters or broken Unicode'],
      ['\u2800', 'must have a visible character'],
      ...HIDDEN.map(([value, code]): [string, string] => [
        value,
        `must not contain the invisible character ${code}; remove it`,
      ]),
    ],
  ];
  const languageMessage =
    'must be a BCP 47 language tag of 2 to 35 characters, such as "en", "pt-BR" or "zh-Hant"';
  const language: [accepted: string[], refused: [string, string][]] = [
    ['en', 'pt-BR', 'zh-hant', 'de-CH-1996', 'es-419', 'zh-Hant-TW-x-abcdefgh-abcdefgh-abcd'],
    [
      '',
      'e',
      'english language',
      'en_US',
      'en-',
      '-en',
      'englishes',
      'en\u0000',
      'é',
      '\ud800',
      'e'.repeat(9999),
      'zh-Hant-TW-x-abcdefgh-abcdefgh-abcde',
      // In its canonical form it ends in islamic-civil.
      'zh-Hant-TW-1996-1994-u-ca-islamicc',
      `de-x-${'abcdefgh-'.repeat(40_000)}a`,
    ].map((tag) => [tag, languageMessage]),
  ];
  const idMessage = 'must be 1 to 128 letters, digits, "_", "-" or "."';
  const id: [accepted: string[], refused: [string, string][]] = [
    ['a', 'A-b_c.9', '0', 'x'.repeat(128), '...', '.a'],
    [
      ...['', 'x'.repeat(129), 'a b', 'a/b', 'ä', 'a?', 'a\n', 'a\u0000', '\ud800'].map(
        (value): [string, string] => [value, idMessage],
      ),
      ['.', 'must not be "." or ".."'],
      ['..', 'must not be "." or ".."'],
    ],
  ];

  const cases: [
    argument: string,
    query: string,
    variables: (value: string) => object,
    values: [accepted: string[], refused: [string, string][]],
  ][] = [
    ['input.id', 'createProfile', (value) => ({ input: { ...PROFILE, id: value } }), id],
    ['input.name', 'createProfile', (name) => ({ input: { ...PROFILE, name } }), text(200)],
    ['input.name', 'updateProfile', (name) => ({ input: { name } }), text(200)],
    ['input.refVoiceId', 'createProfile', (refVoiceId) => ({ input: { ...PROFILE, refVoiceId } }), text(200)],
    ['input.refVoiceId', 'updateProfile', (refVoiceId) => ({ input: { refVoiceId } }), text(200)],
    [
      'input.nativeLanguage',
      'createProfile',
      (tag) => ({ input: { ...PROFILE, nativeLanguage: tag } }),
      language,
    ],
    [
      'input.targetLanguage',
      'createProfile',
      (tag) => ({ input: { ...PROFILE, targetLanguage: tag } }),
      language,
    ],
    ['input.nativeLanguage', 'updateProfile', (nativeLanguage) => ({ input: { nativeLanguage } }), language],
    ['input.targetLanguage', 'updateProfile', (targetLanguage) => ({ input: { targetLanguage } }), language],
    ['words.1.text', 'addWords', (value) => ({ words: [{ text: 'good' }, { text: value }] }), text(200)],
    [
      'words.0.translation',
      'addWords',
      (translation) => ({ words: [{ text: 'good', translation }] }),
      text(500),
    ],
  ];

  test.each(cases)('%s of %s', async (argument, query, variables, [accepted, refused]) => {
    const app = await openCourse();
    for (const value of accepted) await expectAcceptance(app, query, variables(value));
    for (const [value, message] of refused) {
      await expectRefusal(app, { query, variables: variables(value) }, `${argument}: ${message}`);
    }
  });
});

describe('unknown ids are not found', () => {
  test.each([
    ['a plausible id', 'nobody'],
    ['an empty id', ''],
    ['a long id', 'x'.repeat(10_000)],
    ['an id with a NUL character', 'a\u0000b'],
    ['an id that is not valid Unicode', '\ud800'],
    ['an id that contains SQL', "' OR 1=1 --"],
  ])('%s', async (_, id) => {
    const app = await openCourse();
    const profile: [query: string, code?: string][] = [
      ['mutation ($id: ID!) { updateProfile(id: $id, input: { name: "New" }) { id } }'],
      ['mutation ($id: ID!) { deleteProfile(id: $id) }'],
      ['mutation ($id: ID!) { addWords(profileId: $id, words: [{ text: "new" }]) { added { id } } }'],
      ['mutation ($id: ID!) { setWordState(profileId: $id, wordIds: [], state: LEARNED) { id } }'],
      ['mutation ($id: ID!) { removeWords(profileId: $id, wordIds: ["x"]) }'],
      ['mutation ($id: ID!) { ensureDialogs(profileId: $id) { unusedTotal } }'],
      ['mutation ($id: ID!) { claimDialogs(profileId: $id) { id } }'],
      ['mutation ($id: ID!) { markDialogUsed(profileId: $id, dialogId: "x") { id } }'],
      ['mutation ($id: ID!) { voiceDialogs(profileId: $id) { silent } }'],
      [
        'mutation ($id: ID!) { setWordState(profileId: "course", wordIds: [$id], state: LEARNED) { id } }',
        'WORD_NOT_FOUND',
      ],
      [
        'mutation ($id: ID!) { markDialogUsed(profileId: "course", dialogId: $id) { id } }',
        'DIALOG_NOT_FOUND',
      ],
    ];
    for (const [query, code = 'PROFILE_NOT_FOUND'] of profile) {
      await expectRefusal(
        app,
        { query, variables: { id }, code },
        /^There is no profile with|^The profile has no/,
      );
    }
  });
});

describe('cursors of other connections and invalid cursors are refused', () => {
  const encoded = (content: unknown) => Buffer.from(JSON.stringify(content)).toString('base64url');
  const position = { createdAt: new Date(), id: 'x' };

  test.each<[type: string, query: string, others: string[]]>([
    ['Profile', 'profiles', ['Word', 'Dialog']],
    ['Word', 'words', ['Profile', 'Dialog']],
    ['Dialog', 'dialogs', ['Word', 'Profile']],
  ])('of type %s', async (type, query, others) => {
    const app = await openCourse();
    await expectAcceptance(app, query, { after: cursorOf(type, position) });
    const cursors = [
      ...others.map((other) => cursorOf(other, position)),
      '',
      'x',
      '%%%',
      '\ud800',
      'W10',
      encoded([type]),
      encoded([type, 1.5, 'x']),
      encoded([type, '2025-01-01', 'x']),
      encoded([type, 9e15, 'x']),
      encoded([type, 1, 2]),
      encoded([type, 1, 'x', 'y']),
      encoded({ type, time: 1, id: 'x' }),
      encoded(null),
      'A'.repeat(100_000),
    ];
    for (const after of cursors) {
      await expectRefusal(
        app,
        { query, variables: { after } },
        /^after: must be a cursor of this connection/,
      );
    }
  });

  test('a cursor with an id that no store can hold is a valid position', async () => {
    const app = await openCourse();
    for (const id of ['\ud800', 'a\u0000b', '']) {
      await expectAcceptance(app, 'words', { after: cursorOf('Word', { createdAt: new Date(0), id }) });
    }
  });
});

describe('values of the wrong type are refused', () => {
  test.each<[query: string, variables: object, message: string | RegExp]>([
    ['ensureDialogs', { min: '5' }, 'Variable "$min" got invalid value "5"'],
    ['ensureDialogs', { min: 1.5 }, 'Variable "$min" got invalid value 1.5'],
    ['ensureDialogs', { min: 2 ** 31 }, 'Variable "$min" got invalid value 2147483648'],
    ['ensureDialogs', { min: true }, 'Variable "$min" got invalid value true'],
    ['ensureDialogs', { min: [1, 2] }, 'Variable "$min" got invalid value [1, 2]'],
    ['createProfile', {}, 'Variable "$input" of required type "CreateProfileInput!" was not provided'],
    [
      'createProfile',
      { input: null },
      'Variable "$input" of non-null type "CreateProfileInput!" must not be null',
    ],
    [
      'createProfile',
      { input: { ...PROFILE, name: null } },
      '"input.name"; Expected non-nullable type "String!" not to be null',
    ],
    [
      'createProfile',
      { input: { ...PROFILE, name: 5 } },
      '"input.name"; String cannot represent a non string value: 5',
    ],
    ['createProfile', { input: { ...PROFILE, level: 'D1' } }, '"input.level"; Value "D1" does not exist'],
    ['createProfile', { input: { ...PROFILE, id: 1.5 } }, '"input.id"; ID cannot represent value: 1.5'],
    [
      'createProfile',
      { input: { ...PROFILE, admin: true } },
      'Field "admin" is not defined by type "CreateProfileInput"',
    ],
    [
      'createProfile',
      { input: { name: 'Ana', nativeLanguage: 'en' } },
      'Field "targetLanguage" of required type "String!"',
    ],
    ['addWords', { words: null }, 'Variable "$words" of non-null type "[WordInput!]!" must not be null'],
    ['addWords', { words: [null] }, '"words[0]"; Expected non-nullable type "WordInput!" not to be null'],
    ['addWords', { words: [{}] }, 'Field "text" of required type "String!" was not provided'],
    ['addWords', { words: [{ text: 'a', state: 'NEW' }] }, '"words[0].state"; Value "NEW" does not exist'],
    [
      'setWordState',
      { wordIds: ['a', null] },
      '"wordIds[1]"; Expected non-nullable type "ID!" not to be null',
    ],
    [
      'removeWords',
      { wordIds: ['a', 2 ** 53] },
      'Variable "$wordIds" contains a number beyond 9007199254740991',
    ],
    ['removeWords', { wordIds: -(2 ** 53) }, 'Send ids as strings.'],
    ['setWordState', { wordIds: ['a'], state: null }, 'Variable "$state" of non-null type "WordState!"'],
    ['words', { states: [null] }, '"states[0]"; Expected non-nullable type "WordState!" not to be null'],
    ['dialogs', { isUsed: 'yes' }, 'Variable "$isUsed" got invalid value "yes"'],
    ['mutation { ensureDialogs(profileId: "course", min: "5") { min } }', {}, 'Int cannot represent'],
    ['mutation { ensureDialogs(profileId: "course", min: 99999999999) { min } }', {}, 'Int cannot represent'],
    ['mutation { deleteProfile(id: null) }', {}, 'Expected value of type "ID!", found null.'],
    ['mutation { deleteProfile }', {}, 'argument "id" of type "ID!" is required'],
    ['mutation { deleteProfile(id: "course") { id } }', {}, 'must not have a selection'],
    ['mutation { deleteEverything }', {}, 'Cannot query field "deleteEverything" on type "Mutation".'],
    ['mutation { deleteProfile(id: "course")', {}, 'Syntax Error'],
    ['subscription { profiles { id } }', {}, 'Cannot query field "profiles" on type "Subscription".'],
  ])('%s %j', async (query, variables, message) => {
    const text = typeof message === 'string' ? message.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&') : message;
    return expectRefusal(await openCourse(), { query, variables }, new RegExp(text));
  });
});

test('null has the same effect as leaving out an optional argument', async () => {
  const app = await openCourse();
  await expectAcceptance(app, 'ensureDialogs', { min: null });
  await expectAcceptance(app, 'claimDialogs', { count: null });
  await expectAcceptance(app, 'words', { first: null, after: null, states: null });
  await expectAcceptance(app, 'dialogs', { first: null, after: null, isUsed: null });
  await expectAcceptance(app, 'addWords', { words: [{ text: 'good', translation: null, state: null }] });
});

describe('documents beyond the limits', () => {
  test('are refused if they have more than 12 levels', async () => {
    const app = await openCourse();
    const nested = (levels: number) => {
      const inner = levels - 5;
      const path = Array.from({ length: inner }, (_, i) => (i % 2 ? 'word' : 'unusedDialog'));
      const tail = `${path.join(' { ')} { id ${'}'.repeat(inner)}`;
      return `{ profile(id: "course") { words { edges { node { ${tail} } } } } }`;
    };
    await expectAcceptance(app, nested(12), {});
    await expectRefusal(
      app,
      { query: nested(13) },
      'Query depth limit of 12 exceeded, found 13. Ask for the rest in other requests.',
    );
  });

  test('are refused if they have more than 30 aliases', async () => {
    const app = await openCourse();
    const aliases = (count: number) =>
      `mutation { ${Array.from({ length: count }, (_, i) => `a${i}: claimDialogs(profileId: "course") { id }`).join(' ')} }`;
    await expectAcceptance(app, aliases(30), {});
    await expectRefusal(
      app,
      { query: aliases(31) },
      'Aliases limit of 30 exceeded, found 31. Ask for the rest in other requests.',
    );
  });

  test('are refused if they have more than 5,000 tokens', async () => {
    const app = await openCourse();
    const words = (count: number) => `mutation {
      addWords(profileId: "course", words: [${'{ text: "casa" } '.repeat(count)}]) { added { id } }
    }`;
    await expectAcceptance(app, words(990), {});
    await expectRefusal(app, { query: words(1000) }, 'Token limit of 5000 exceeded.');
    await expectRefusal(
      app,
      { query: '{'.repeat(300_000) },
      'Character limit of 200000 exceeded, found 300000.',
    );
  });

  test('are refused if a fragment spreads itself', async () => {
    const app = await openCourse();
    await expectRefusal(
      app,
      { query: 'mutation { ...A } fragment A on Mutation { deleteProfile(id: "course") ...A }' },
      'Cannot spread fragment "A" within itself.',
    );
  });

  test('do not include the introspection query of tools', async () => {
    await expectAcceptance(await openCourse(), getIntrospectionQuery(), {});
  });
});
