import { describe, expect, test } from 'vitest';
import {
  LEARNING,
  MATURE,
  NEW,
  newPackage,
  noteId,
  oldPackage,
  SUSPENDED,
  type TestDeck,
  YOUNG,
} from './anki-deck.ts';
import { type ImportApp, openImportApp } from './import-app.ts';

const DECK: TestDeck = {
  types: {
    Basic: ['Front', 'Back', 'Notes'],
    'Basic (reversed)': ['Front', 'Back'],
    Cloze: ['Text', 'Back Extra'],
  },
  notes: [
    { type: 'Basic', fields: ['<b>la casa</b>&nbsp;[sound:casa.mp3]', 'the house', ''] },
    { type: 'Basic', fields: ['joven', 'young', ''], cards: [YOUNG] },
    { type: 'Basic', fields: ['maduro', 'mature', ''], cards: [MATURE] },
    { type: 'Basic', fields: ['aprender', 'to learn', ''], cards: [LEARNING] },
    { type: 'Basic', fields: ['suspendido', 'suspended', ''], cards: [SUSPENDED] },
    { type: 'Basic (reversed)', fields: ['sol', 'sun'], cards: [MATURE, MATURE] },
    { type: 'Basic (reversed)', fields: ['luna', 'moon'], cards: [MATURE, YOUNG] },
    { type: 'Basic (reversed)', fields: ['mar', 'sea'], cards: [MATURE, NEW] },
    { type: 'Basic (reversed)', fields: ['cielo', 'sky'], cards: [SUSPENDED, NEW] },
    { type: 'Basic (reversed)', fields: ['nube', 'cloud'], cards: [SUSPENDED, SUSPENDED] },
    {
      type: 'Cloze',
      fields: [
        '<div>Vivo en {{c1::Madrid::city}} y {{c2::trabajo en {{c3::Sevilla}}}}.</div>',
        '<style>.a{}</style><p>I live in Madrid</p><br>and work in Seville<img src="a.jpg">&amp; <!-- x -->sleep',
      ],
    },
  ],
};

type Parameters = Record<string, string | readonly string[]>;

async function post(
  { app }: ImportApp,
  body: Uint8Array,
  parameters: Parameters = {},
  init: RequestInit = {},
) {
  const url = new URL('http://127.0.0.1/import/anki');
  for (const [name, values] of Object.entries({ profile: 'course', ...parameters })) {
    for (const value of [values].flat()) url.searchParams.append(name, value);
  }
  const headers = { 'content-type': 'application/octet-stream' };
  const response = await app.fetch(url.href, { method: 'POST', headers, body, ...init });
  return { status: response.status, headers: response.headers, body: JSON.parse(await response.text()) };
}

const FRONT = { text: 'Front', translation: 'Back' };
const NOTHING = { existing: 0, repeated: 0, suspended: 0, rejected: [], rejectedTotal: 0 };

describe.each([
  ['the old format', (deck: TestDeck) => oldPackage(deck)],
  ['the old format for new versions', (deck: TestDeck) => oldPackage(deck, 'collection.anki21')],
  ['the new format', newPackage],
])('a package in %s', (_, packageOf) => {
  test('is described by its note types, with the text of the first note, and nothing is imported', async () => {
    const app = await openImportApp();
    const { status, body } = await post(app, await packageOf(DECK));
    expect(status).toBe(200);
    expect(body).toEqual({
      noteTypes: [
        {
          name: 'Basic',
          notes: 5,
          fields: [
            { name: 'Front', sample: 'la casa' },
            { name: 'Back', sample: 'the house' },
            { name: 'Notes', sample: '' },
          ],
        },
        {
          name: 'Basic (reversed)',
          notes: 5,
          fields: [
            { name: 'Front', sample: 'sol' },
            { name: 'Back', sample: 'sun' },
          ],
        },
        {
          name: 'Cloze',
          notes: 1,
          fields: [
            { name: 'Text', sample: 'Vivo en Madrid y trabajo en Sevilla.' },
            { name: 'Back Extra', sample: 'I live in Madrid and work in Seville& sleep' },
          ],
        },
      ],
    });
    expect(await app.listed()).toEqual([]);
  });

  test('is imported by a mapping, in the order of its notes, with states from its cards', async () => {
    const app = await openImportApp();
    const { status, body } = await post(app, await packageOf(DECK), FRONT);
    expect(body).toEqual({ ...NOTHING, added: 8, suspended: 2 });
    expect(status).toBe(200);
    expect(await app.listed()).toEqual([
      'la casa = the house PENDING',
      'joven = young TEACHING',
      'maduro = mature LEARNED',
      'aprender = to learn TEACHING',
      'sol = sun LEARNED',
      'luna = moon TEACHING',
      'mar = sea TEACHING',
      'cielo = sky PENDING',
    ]);
    expect((await post(app, await packageOf(DECK), FRONT)).body).toEqual({
      ...NOTHING,
      added: 0,
      existing: 8,
      suspended: 2,
    });
    expect(await app.packageFiles()).toEqual([]);
  });

  test('is imported by note types that are named, and without translations if no field is', async () => {
    const app = await openImportApp();
    const mapping = { text: 'front', noteType: ['basic (REVERSED)'] };
    expect((await post(app, await packageOf(DECK), mapping)).body).toEqual({
      ...NOTHING,
      added: 4,
      suspended: 1,
    });
    expect(await app.listed()).toEqual(['sol LEARNED', 'luna TEACHING', 'mar TEACHING', 'cielo PENDING']);
    await post(app, await packageOf(DECK), { text: 'Text', translation: 'Back Extra', noteType: 'Cloze' });
    expect((await app.listed()).at(-1)).toBe(
      'Vivo en Madrid y trabajo en Sevilla. = I live in Madrid and work in Seville& sleep PENDING',
    );
  });
});

describe('an import of a package', () => {
  const BAD: TestDeck = {
    types: { Basic: ['Front', 'Back'] },
    notes: [
      { type: 'Basic', fields: ['casa', 'house'] },
      { type: 'Basic', fields: ['<img src="x.png">', 'a picture'] },
      { type: 'Basic', fields: ['x'.repeat(30_000), ''] },
      { type: 'Basic', fields: ['sol'] },
    ],
  };

  test('adds nothing if a note is rejected, unless it may be partial, and dryRun adds nothing either', async () => {
    const app = await openImportApp();
    const rejected = [
      { note: noteId(1), reason: 'The text must have 1 to 200 characters, and has 0.' },
      { note: noteId(2), reason: 'The text must have 1 to 200 characters, and has 20100.' },
    ];
    const result = { ...NOTHING, added: 0, rejected, rejectedTotal: 2 };
    const deck = await oldPackage(BAD);
    expect((await post(app, deck, FRONT)).body).toEqual(result);
    expect((await post(app, deck, { ...FRONT, partial: 'true', dryRun: 'true' })).body).toEqual({
      ...result,
      added: 2,
    });
    expect(await app.listed()).toEqual([]);
    expect((await post(app, deck, { ...FRONT, partial: 'true' })).body).toEqual({ ...result, added: 2 });
    expect(await app.listed()).toEqual(['casa = house PENDING', 'sol PENDING']);
  });

  test('takes the first of several notes with one word, and counts the others', async () => {
    const app = await openImportApp();
    const notes = [
      { type: 'Basic', fields: ['banco', 'bank'], cards: [MATURE] },
      { type: 'Basic', fields: ['<b>Banco</b>', 'bench'] },
      { type: 'Basic', fields: ['sol', 'sun'] },
    ];
    const deck = await newPackage({ types: { Basic: ['Front', 'Back'] }, notes });
    expect((await post(app, deck, FRONT)).body).toEqual({ ...NOTHING, added: 2, repeated: 1 });
    expect(await app.listed()).toEqual(['banco = bank LEARNED', 'sol = sun PENDING']);
  });

  test('takes 5,000 notes, also if their note type is named several times', async () => {
    const app = await openImportApp();
    const notes = Array.from({ length: 5_000 }, (_, i) => ({
      type: 'Basic',
      fields: [`<div>palabra ${i}</div>`, `word ${i} [sound:${i}.mp3]`],
      cards: [[NEW, YOUNG, MATURE][i % 3] ?? NEW],
    }));
    const deck = await newPackage({ types: { Basic: ['Front', 'Back'] }, notes });
    expect((await post(app, deck, FRONT)).body).toEqual({ ...NOTHING, added: 5_000 });
    expect(await app.store.wordCounts(['course'])).toEqual([
      { pending: 1667, teaching: 1667, learned: 1666 },
    ]);
    const named = { ...FRONT, noteType: ['Basic', 'basic', 'BASIC', 'Basic ', 'Basic'], dryRun: 'true' };
    expect((await post(app, deck, named)).body).toEqual({ ...NOTHING, added: 0, existing: 5_000 });
  });

  test.each([
    [
      { text: 'Word' },
      'text: the notes have no field "Word"; they have "Front", "Back", "Notes", "Text", "Back Extra"',
    ],
    [
      { text: 'Front', translation: 'x' },
      'translation: the notes have no field "x"; they have "Front", "Back", "Notes"',
    ],
    [
      { text: 'Front', noteType: ['Basic', 'Basik'] },
      'noteType: the package has no note type "Basik"; it has "Basic", "Basic (reversed)", "Cloze"',
    ],
    [
      { text: 'Front', noteType: ['Basic', 'Cloze'] },
      'text: the notes have no field "Front"; they have "Text", "Back Extra"',
    ],
  ])('is refused if the package has not what it names: %j', async (parameters, message) => {
    const app = await openImportApp();
    const { status, body } = await post(app, await newPackage(DECK), parameters);
    expect(status).toBe(400);
    expect(body).toEqual({ errors: [{ message, extensions: { code: 'BAD_USER_INPUT' } }] });
    expect(await app.listed()).toEqual([]);
    expect(await app.packageFiles()).toEqual([]);
  });

  test.each([
    [{ profile: '' }, 'profile: must not be empty'],
    [{ profile: [] }, 'profile: must be in the URL; it is the id of a profile'],
    [{ profile: ['course', 'other'] }, 'profile: must have one value'],
    [{ translation: 'Back' }, 'text: must name the field with the word'],
    [{ noteType: 'Basic' }, 'text: must name the field with the word'],
    [{ ...FRONT, partial: 'yes' }, 'partial: must be "true" or "false"'],
    [{ text: 'x'.repeat(1_001) }, 'text: must have at most 1000 characters'],
    [{ noteType: Array(101).fill('x') }, 'noteType: must have at most 100 values'],
    [
      { field: 'Front' },
      'URL: must have no parameters but profile, text, translation, noteType, dryRun, partial',
    ],
  ])('is refused with wrong parameters before a byte is read: %j', async (parameters, message) => {
    const app = await openImportApp();
    const { status, body } = await post(app, Buffer.from('no package'), parameters);
    expect(status).toBe(400);
    expect(body.errors[0].message).toContain(message);
    expect(body.errors[0].extensions).toEqual({ code: 'BAD_USER_INPUT' });
  });

  test('is refused with an empty body', async () => {
    const app = await openImportApp();
    expect(await post(app, Buffer.alloc(0))).toMatchObject({
      status: 400,
      body: {
        errors: [
          {
            message: 'The body of the request is empty. Send the package as it is, as the body.',
            extensions: { code: 'BAD_USER_INPUT' },
          },
        ],
      },
    });
  });

  test('is answered with PROFILE_NOT_FOUND for an unknown profile before a byte is read', async () => {
    const app = await openImportApp();
    for (const parameters of [{}, FRONT]) {
      const { status, body } = await post(app, Buffer.from('no package'), {
        profile: 'nobody',
        ...parameters,
      });
      expect(status).toBe(404);
      expect(body.errors[0].extensions).toEqual({ code: 'PROFILE_NOT_FOUND' });
    }
  });

  test('takes nothing but application/octet-stream by POST, and nothing from pages of other sites', async () => {
    const app = await openImportApp();
    const deck = await oldPackage(DECK);
    const types = [
      'multipart/form-data; boundary=x',
      'text/plain',
      'application/x-www-form-urlencoded',
      'application/zip',
    ];
    for (const type of types) {
      const { status, body } = await post(app, deck, FRONT, { headers: { 'content-type': type } });
      expect(status).toBe(415);
      expect(body.errors[0].message).toBe('Send the package as application/octet-stream, and not as a form.');
    }
    const get = await app.app.fetch('http://127.0.0.1/import/anki?profile=course');
    expect([get.status, get.headers.get('allow')]).toEqual([405, 'POST']);
    const foreign = { 'content-type': 'application/octet-stream', origin: 'https://evil.example' };
    expect((await post(app, deck, FRONT, { headers: foreign })).status).toBe(403);
    expect(await app.listed()).toEqual([]);
  });

  test('can be sent by a page that may call the server', async () => {
    const app = await openImportApp({ corsOrigins: ['https://app.example'] });
    const origin = 'https://app.example';
    const asked = await app.app.fetch('http://127.0.0.1/import/anki', {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'content-type',
      },
    });
    expect(asked.headers.get('access-control-allow-origin')).toBe(origin);
    const headers = { 'content-type': 'application/octet-stream', origin };
    const { status, headers: answered } = await post(app, await oldPackage(DECK), FRONT, { headers });
    expect([status, answered.get('access-control-allow-origin')]).toEqual([200, origin]);
  });
});

test('of many note types, the samples together have half a megabyte', async () => {
  const app = await openImportApp();
  const fields = ['A', 'B', 'C'];
  const names = Array.from({ length: 1_000 }, (_, i) => `type ${i}`);
  const bytes = await newPackage({
    types: Object.fromEntries(names.map((name) => [name, fields])),
    notes: names.map((type) => ({ type, fields: fields.map((name) => name.repeat(300)) })),
  });
  const { body } = await post(app, bytes);
  expect(body.noteTypes).toHaveLength(1_000);
  const sample = ['A'.repeat(100), 'B'.repeat(100), ''];
  for (const type of body.noteTypes) {
    expect(type.fields.map((field: { sample: string }) => field.sample)).toEqual(sample);
  }
});
