import { request } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import { serve } from '../../src/http/serve.ts';
import { StoreUnavailable } from '../../src/model/errors.ts';
import type { Store } from '../../src/ports/store.ts';
import { createCourse } from '../support/course.ts';
import { openTestApp, type TestApp, tempSqliteStore } from '../support/test-app.ts';
import { traced } from '../support/traced-store.ts';
import { openImportApp } from './import-app.ts';

const WORDS =
  'text,translation,state,created_at\ncasa,"house, home",TEACHING,2024-01-02T03:04:05.678Z\n' +
  '"dijo ""no""",,LEARNED,2024-01-02T03:04:06.000Z\n-mente,=-ly,,2024-01-02T03:04:07.000Z\n' +
  "#1,'+1,,2024-01-02T03:04:08.000Z\n";

async function get({ app }: TestApp, path: string, init: RequestInit = {}) {
  const response = await app.fetch(`http://127.0.0.1${path}`, init);
  const body = new TextDecoder('utf-8', { ignoreBOM: true }).decode(await response.arrayBuffer());
  return { status: response.status, headers: Object.fromEntries(response.headers), body };
}

const errorOf = ({ body }: { body: string }) => JSON.parse(body).errors[0];

describe('an export', () => {
  test('in CSV is a table that Excel reads and takes no cell of for a formula', async () => {
    const app = await openImportApp();
    await app.importWords(WORDS);
    const { status, headers, body } = await get(app, '/export/course.csv');
    expect(status).toBe(200);
    expect(headers).toMatchObject({
      'content-type': 'text/csv; charset=utf-8; header=present',
      'content-disposition': 'attachment; filename="course.csv"',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    });
    expect(body).toBe(
      [
        '\ufefftext,translation,state,created_at,sentence,audio_url,stability,difficulty,due,reviews,lapses,last_reviewed_at',
        'casa,"house, home",TEACHING,2024-01-02T03:04:05.678Z,,,,,,,,',
        '"dijo ""no""",,LEARNED,2024-01-02T03:04:06.000Z,,,,,,,,',
        "'-mente,'=-ly,PENDING,2024-01-02T03:04:07.000Z,,,,,,,,",
        `"#1",'+1,PENDING,2024-01-02T03:04:08.000Z,,,,,,,,`,
        '',
      ].join('\r\n'),
    );
  });

  test.each(['=1', '+1', '-1', '@A1', '＝1', '＋1', '－1', '＠A1'])(
    'guards %s, which a spreadsheet would execute',
    async (formula) => {
      const app = await openImportApp();
      await app.importWords(`casa,${formula}\n`);
      for (const format of ['csv', 'tsv']) {
        const { body } = await get(app, `/export/course.${format}`);
        expect(body.split(/[,\t\n]/)).toContain(`'${formula}`);
      }
    },
  );

  test('has no formula where a spreadsheet divides a cell, and is imported as it was', async () => {
    const app = await openImportApp();
    const formulas = [
      "hola; =cmd|'/C calc'!A0",
      'a;=1+1;b',
      'c;"=1+1";d',
      "f; '+1",
      'sufijo; －mente; -ly',
      'e; f',
    ];
    const quoted = (cell: string) => `"${cell.replaceAll('"', '""')}"`;
    await app.importWords(formulas.map((cell) => `${quoted(cell)},${quoted(`x${cell}`)}`).join('\n'));
    const words = formulas.map((cell) => `${cell} = x${cell} PENDING`);
    expect(await app.listed()).toEqual(words);
    for (const format of ['csv', 'tsv'] as const) {
      const { body } = await get(app, `/export/course.${format}`);
      // As if no quotation mark protected a separator.
      const parts = body.split(/[,;\t\r\n]/).map((part) => part.replace(/^["\s]+/, ''));
      expect(parts.filter((part) => /^[=+\-@＝＋－＠]/.test(part))).toEqual([]);
      expect(body).toContain('e; f');
      await createCourse(app.store, { id: format });
      await app.importWords(body, { format: format === 'csv' ? 'CSV' : 'TSV' }, format);
      expect(await app.listed(format)).toEqual(words);
    }
  });

  test('in TSV begins with the lines that Anki reads, and has no row that Anki takes for a comment', async () => {
    const app = await openImportApp();
    await app.importWords(WORDS);
    const { headers, body } = await get(app, '/export/course.tsv');
    expect(headers['content-type']).toBe('text/tab-separated-values; charset=utf-8');
    const [separator, html, columns, ...rows] = body.split('\n');
    expect([separator, html, columns]).toEqual([
      '#separator:tab',
      '#html:false',
      '#columns:text\ttranslation\tstate\tcreated_at\tsentence\taudio_url\tstability\tdifficulty\tdue\treviews\tlapses\tlast_reviewed_at',
    ]);
    expect(rows[0]).toBe('casa\thouse, home\tTEACHING\t2024-01-02T03:04:05.678Z\t\t\t\t\t\t\t\t');
    expect(rows.filter((row) => row.startsWith('#'))).toEqual([]);
  });

  test('in JSON is a list of words without guards, beside what was learned', async () => {
    const app = await openImportApp();
    await app.importWords(WORDS);
    const { headers, body } = await get(app, '/export/course.json');
    expect(headers['content-type']).toBe('application/json');
    const none = { stability: null, difficulty: null, due: null, reviews: null, lapses: null };
    const common = { sentence: null, audio_url: null, ...none, last_reviewed_at: null };
    const { learning, words } = JSON.parse(body);
    expect(learning).toBeNull();
    expect(words.slice(1, 3)).toEqual([
      {
        text: 'dijo "no"',
        translation: null,
        state: 'LEARNED',
        created_at: '2024-01-02T03:04:06.000Z',
        ...common,
      },
      {
        text: '-mente',
        translation: '=-ly',
        state: 'PENDING',
        created_at: '2024-01-02T03:04:07.000Z',
        ...common,
      },
    ]);
  });

  test.each(['csv', 'tsv', 'json'])('of no words is complete too: %s', async (format) => {
    const app = await openImportApp();
    const { status, body } = await get(app, `/export/course.${format}`);
    expect(status).toBe(200);
    if (format === 'json') expect(JSON.parse(body)).toEqual({ learning: null, words: [] });
    else expect(body).toContain('text');
  });

  test('has the sentence with the word of its newest dialog, and the recording of that sentence', async () => {
    const app = await openTestApp({ publicUrl: 'https://pool.example' });
    const { words } = await createCourse(app.store, { teaching: 3 });
    const [a, b, c] = words;
    const audio = `${'ab'.repeat(32)}.mp3`;
    const turn = (text: string, recording: string | null = null) => ({
      speaker: 'A',
      text,
      translation: null,
      audio: recording,
    });
    const dialog = (wordId: string, number: number, turns: ReturnType<typeof turn>[]) => ({
      id: `${wordId}.${number}`,
      profileId: 'course',
      wordId,
      turns,
      isUsed: false,
      usedAt: null,
      refVoiceId: null,
      generator: 'test',
      style: null,
      selfCheck: null,
      trial: null,
      review: null,
      createdAt: new Date(Date.UTC(2024, 5, 1 + number)),
    });
    const create = async (wordId: string, number: number, turns: ReturnType<typeof turn>[]) => {
      expect(await app.store.createDialog(dialog(wordId, number, turns))).toBe(true);
    };
    await create(a?.id ?? '', 0, [turn('an old sentence with Teaching 0')]);
    await app.store.markDialogUsed('course', `${a?.id}.0`, new Date());
    await create(a?.id ?? '', 1, [
      turn('hello'),
      turn('I like TEACHING 0.', audio),
      turn('teaching 0 again'),
    ]);
    await create(b?.id ?? '', 0, [turn('no such word', null), turn('nor here')]);
    await create(c?.id ?? '', 0, [turn('teäching 2 is another word'), turn('teaching 2 is here')]);
    const { body } = await get(app, '/export/course.json');
    expect(
      JSON.parse(body).words.map((row: Record<string, unknown>) => [row.text, row.sentence, row.audio_url]),
    ).toEqual([
      ['teaching 0', 'I like TEACHING 0.', `https://pool.example/audio/${audio}`],
      ['teaching 1', 'no such word', null],
      ['teaching 2', 'teaching 2 is here', null],
    ]);
  });

  test('has all words of a large profile, by a constant number of queries for each page', async () => {
    const { store, calls } = traced(await tempSqliteStore());
    const app = await openTestApp({ store });
    await createCourse(store, { teaching: 6_050, pending: 7 });
    calls.length = 0;
    const { body } = await get(app, '/export/course.json');
    const texts = JSON.parse(body).words.map(({ text }: { text: string }) => text);
    expect(new Set(texts).size).toBe(6_057);
    expect(calls.filter(({ name }) => name === 'wordPage').length).toBe(61);
    expect(calls.filter(({ name }) => name === 'survey').length).toBeLessThanOrEqual(62);
  });
});

describe('the path of an export', () => {
  test('is answered with PROFILE_NOT_FOUND for an unknown profile', async () => {
    const app = await openTestApp();
    for (const id of ['nobody', '.', '%00', 'a%2fb', 'x'.repeat(500)]) {
      const answer = await get(app, `/export/${id}.csv`);
      expect(answer.status).toBe(404);
      if (id === 'nobody') {
        expect(answer.headers).toMatchObject({
          'content-type': 'application/json',
          'cache-control': 'no-store',
        });
        expect(errorOf(answer)).toEqual({
          message: 'There is no profile with the id "nobody". Query `profiles` to list those that exist.',
          extensions: { code: 'PROFILE_NOT_FOUND' },
        });
      }
    }
  });

  test.each(['', 'course', 'course.pdf', 'course.CSV', '.csv', '%ff.csv', 'course.csv/x'])(
    'is not served if it is %j',
    async (path) => {
      const app = await openTestApp();
      await createCourse(app.store);
      const answer = await get(app, `/export/${path}`);
      expect(answer.status).toBe(404);
      expect(errorOf(answer).extensions.code).toMatch(/BAD_USER_INPUT|PROFILE_NOT_FOUND/);
    },
  );

  test('may contain dots and other characters of ids', async () => {
    const app = await openTestApp();
    const names = {
      'a.b.csv': 'filename="a.b.csv.csv"',
      "it's (me)*": `filename="it_s__me__.csv"; filename*=UTF-8''it%27s%20%28me%29%2a.csv`,
      'año 1': `filename="a_o_1.csv"; filename*=UTF-8''a%C3%B1o%201.csv`,
    };
    for (const [id, name] of Object.entries(names)) {
      await createCourse(app.store, { id, teaching: 1 });
      const { status, headers, body } = await get(app, `/export/${encodeURIComponent(id)}.csv`);
      expect(status).toBe(200);
      expect(body).toContain('teaching 0');
      expect(headers['content-disposition']).toBe(`attachment; ${name}`);
    }
  });

  test('answers HEAD without a body and without reading words, and no other method', async () => {
    const { store, calls } = traced(await tempSqliteStore());
    const app = await openTestApp({ store });
    await createCourse(store, { teaching: 5 });
    calls.length = 0;
    const head = await get(app, '/export/course.csv', { method: 'HEAD' });
    expect(head).toMatchObject({ status: 200, body: '' });
    expect(head.headers['content-type']).toContain('text/csv');
    expect(calls.map(({ name }) => name)).toEqual(['profiles']);
    expect((await get(app, '/export/nobody.csv', { method: 'HEAD' })).status).toBe(404);
    for (const method of ['POST', 'PUT', 'DELETE']) {
      const answer = await get(app, '/export/course.csv', { method });
      expect(answer.status).toBe(405);
      expect(answer.headers.allow).toBe('GET, HEAD');
    }
  });

  test('is refused to pages of other sites', async () => {
    const app = await openTestApp();
    await createCourse(app.store, { teaching: 1 });
    const answer = await get(app, '/export/course.csv', { headers: { origin: 'https://evil.example' } });
    expect(answer.status).toBe(403);
    expect(answer.body).not.toContain('teaching');
  });
});

/** A store that fails from its second page of words on. */
function failingStore(store: Store): Store {
  let pages = 0;
  return new Proxy(store, {
    get(target, name) {
      const method: unknown = Reflect.get(target, name);
      if (typeof method !== 'function') return method;
      return async (...args: unknown[]) => {
        if (name === 'wordPage') pages += 1;
        if (pages > 1 || (name === 'profiles' && Array.isArray(args[0]) && args[0][0] === 'down')) {
          throw new StoreUnavailable(new Error('the secret address'));
        }
        return Reflect.apply(method, target, args);
      };
    },
  });
}

describe('over a real connection', () => {
  async function served(store: Store) {
    const { app, log } = await openTestApp({ store });
    const server = await serve(app, '127.0.0.1', 0);
    onTestFinished(() => server.stop());
    return { url: server.url, log };
  }

  test('a store that fails at once is told as such, without its own error', async () => {
    const { url, log } = await served(failingStore(await tempSqliteStore()));
    const response = await fetch(`${url}/export/down.csv`);
    expect(response.status).toBe(503);
    expect(response.headers.get('retry-after')).toBe('5');
    const body = await response.text();
    expect(JSON.parse(body).errors[0].extensions).toEqual({ code: 'STORE_UNAVAILABLE', retryable: true });
    expect(body).not.toContain('secret');
    expect(log.lines.join()).toContain('the secret address');
  });

  test('a store that fails in the middle breaks the connection off, so that no copy looks complete', async () => {
    const store = await tempSqliteStore();
    await createCourse(store, { teaching: 150 });
    const { url, log } = await served(failingStore(store));
    await expect(fetch(`${url}/export/course.json`).then((response) => response.text())).rejects.toThrow();
    expect(log.lines.join()).toContain('an export was broken off');
  });

  test('a client that reads nothing has no more read for it, and one that leaves ends the reading', async () => {
    const { store, calls } = traced(await tempSqliteStore());
    const long = 'x'.repeat(2_000);
    await createCourse(store);
    const words = Array.from({ length: 12_000 }, (_, i) => ({
      id: `${i}`,
      profileId: 'course',
      text: `${i}`,
      translation: long,
      state: 'pending' as const,
      memory: null,
      dialogSeries: null,
      createdAt: new Date(i),
    }));
    for (let i = 0; i < words.length; i += 1000) await store.addWords('course', words.slice(i, i + 1000));
    const { url } = await served(store);
    const pages = () => calls.filter(({ name }) => name === 'wordPage').length;
    const sent = request(`${url}/export/course.csv`, { agent: false });
    sent.on('error', () => undefined);
    const opened = new Promise<void>((resolve) =>
      sent.once('response', (response) => resolve(void response.pause())),
    );
    sent.end();
    await opened;
    const readNoMore = async () => {
      for (let seen = -1; seen !== pages(); await pause(500)) seen = pages();
    };
    // The buffers of the connection are full before all 120 pages are read.
    await readNoMore();
    expect(pages()).toBeLessThan(120);
    sent.destroy();
    await readNoMore();
    expect(pages()).toBeLessThan(120);
  });
});
