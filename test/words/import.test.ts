import { once } from 'node:events';
import { setImmediate as turnOfLoop } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { StoreUnavailable } from '../../src/model/errors.ts';
import { createCourse } from '../support/course.ts';
import { replacing } from '../support/scheduled-store.ts';
import { tempSqliteStore } from '../support/test-app.ts';
import { traced } from '../support/traced-store.ts';
import { openImportApp } from './import-app.ts';

const NOTHING = { added: 0, existing: 0, repeated: 0, rejected: [], rejectedTotal: 0 };

describe('importWords reads', () => {
  const tables: readonly [what: string, text: string, words: readonly string[], format?: 'TSV'][] = [
    ['one word on each line', 'casa\nperro\n', ['casa PENDING', 'perro PENDING']],
    ['words with translations', 'casa,house\nperro,dog', ['casa = house PENDING', 'perro = dog PENDING']],
    [
      'a header in any case and order',
      'Notes,State,Translation,TEXT\nn,Learned,house,casa\n,teaching,dog,perro',
      ['casa = house LEARNED', 'perro = dog TEACHING'],
    ],
    [
      'a header that begins with the state',
      'status,term\nlearning,casa\nknown,perro',
      ['casa TEACHING', 'perro LEARNED'],
    ],
    ['a byte order mark', '\ufefftext,translation\ncasa,house', ['casa = house PENDING']],
    ['line ends of Windows', 'casa,house\r\nperro,dog\r\n', ['casa = house PENDING', 'perro = dog PENDING']],
    ['line ends of all kinds', 'uno\r\ndos\ntres\rcuatro', ['uno', 'dos', 'tres', 'cuatro'].map(pending)],
    [
      'separators, quotation marks and line breaks in quotation marks',
      'casa,"house, home"\n"dijo ""no""","he said\n""no"""',
      ['casa = house, home PENDING', 'dijo "no" = he said "no" PENDING'],
    ],
    [
      'quotation marks after blanks',
      'Haus, "house, home"\n "Hund" , dog\nZeit, "time" or "hour"\ntv, "42\nKatze, cat "x"',
      [
        'Haus = house, home PENDING',
        'Hund = dog PENDING',
        'Zeit = "time" or "hour" PENDING',
        'tv = "42 PENDING',
        'Katze = cat "x" PENDING',
      ],
    ],
    ['semicolons, as Excel writes them', 'casa;house, home\n', ['casa = house, home PENDING']],
    [
      'a TSV',
      'casa\thouse, home\nperro\t"dog"\n',
      ['casa = house, home PENDING', 'perro = dog PENDING'],
      'TSV',
    ],
    ['words that begin with #', '#1\n#hashtag,tag', ['#1 PENDING', '#hashtag = tag PENDING']],
    ['blank lines and blank cells', '\ncasa,\n , \n\nperro,""\n', ['casa PENDING', 'perro PENDING']],
    ['white space around cells', ' casa ,\t house \n', ['casa = house PENDING']],
    [
      'a first row that only looks like a header',
      'palabra,word\ncasa,house',
      ['palabra = word PENDING', 'casa = house PENDING'],
    ],
    [
      'an export of Lute',
      'term,parent,translation,language,tags,added,status,link_status,pronunciation\n' +
        'gatos,gato,cats,Spanish,"animal, noun",2024-01-01 10:00:00,1,y,GA-tohs\n' +
        'ser,,to be,Spanish,,2024-01-01 10:00:00,99,,\nuno,,,Spanish,,,5,,\nhola,,,Spanish,,,0,,\nsol,,,Spanish,,,W,,',
      ['gatos = cats TEACHING', 'ser = to be LEARNED', 'uno LEARNED', 'hola PENDING', 'sol LEARNED'],
    ],
    [
      'an export of LinguaCafe',
      'Lemma|Word|Lemma reading|Reading|Translation|Stage|Added to srs|Read count|Lookup count\n' +
        '食べる|食べた|たべる|たべた|to eat|-7|2024-01-01|3|1\n|猫||ねこ|cat|0|||\n|犬||いぬ|dog|2|||',
      ['食べた = to eat TEACHING', '猫 = cat LEARNED', '犬 = dog PENDING'],
    ],
    [
      'a text export of Anki',
      '#separator:tab\n#html:true\n#guid column:1\n#notetype column:2\n#deck column:3\n#tags column:6\n' +
        'x1\tBasic\tSpanish\t<b>casa</b>&nbsp;\thouse<br>home [sound:casa.mp3]\ttag\n' +
        'x2\tCloze\tSpanish\tVivo en {{c1::Madrid::city}}\t"<div class=""a"">I live in Madrid</div>"\t',
      ['casa = house home PENDING', 'Vivo en Madrid = I live in Madrid PENDING'],
      'TSV',
    ],
    [
      'columns that Anki names, with its separator',
      '#separator:Semicolon\n#html:false\n#columns:Back;Front;State\nhouse;<casa>;known\n',
      ['<casa> = house LEARNED'],
    ],
    [
      'the first note of a text export of Anki, also if it looks like a header',
      '#separator:tab\n#html:true\nword\tWort\nfront\tback\n',
      ['word = Wort PENDING', 'front = back PENDING'],
      'TSV',
    ],
    [
      "a row of names below a line of Anki's that names no separator",
      '#deck:German\nword,meaning,status\nHaus,house,known\n',
      ['Haus = house LEARNED'],
    ],
    [
      'a first line that tells Excel the separator',
      'sep=;\r\ntext;translation\r\nja, bitte;yes, please\r\n',
      ['ja, bitte = yes, please PENDING'],
    ],
    [
      'levels of difficulty, which are no states',
      'word,meaning,level\n爱,love,1\n安慰,to comfort,5\n报答,to repay,6\n学校,school,A1\n书,book,known',
      ['爱 = love', '安慰 = to comfort', '报答 = to repay', '学校 = school']
        .map(pending)
        .concat('书 = book LEARNED'),
    ],
    [
      'readings of kanji, which are no part of the word',
      '#separator:tab\n#html:true\n<ruby>学<rp>(</rp><rt>がっ</rt><rp>)</rp>校<rt>こう</rt></ruby>\tschool\n' +
        'お 母[かあ]さん\tmother\n 勉強[べんきょう]する [sound:a.mp3]\tto study [suru]\n銀行[bank]\tthe 銀行[ぎんこう]',
      ['学校 = school', 'お母さん = mother', '勉強する = to study [suru]', '銀行[bank] = the 銀行'].map(
        pending,
      ),
      'TSV',
    ],
    [
      'lines of every kind in a field of Anki, and generated voices',
      '#separator:tab\n#html:true\n<h4>der Hund</h4>Nomen\t<dl><dt>1</dt><dd>dog</dd></dl><blockquote>pet</blockquote>2\n' +
        '[anki:tts lang=es_ES]hola[/anki:tts]\t<section>hello</section><article>hi</article>',
      ['der Hund Nomen = 1 dog pet 2', 'hola = hello hi'].map(pending),
      'TSV',
    ],
    ['1,000 tags', `#html:true\n${'<b>'.repeat(500)}casa${'</i>'.repeat(500)}`, ['casa PENDING']],
    ['no words', '', []],
    ['a header without words', 'text,translation\n', []],
  ];

  test.each(tables)('%s', async (_, text, words, format) => {
    const app = await openImportApp();
    const result = await app.importWords(text, format === undefined ? {} : { format });
    expect(result).toEqual({ ...NOTHING, added: words.length });
    expect(await app.listed()).toEqual(words);
  });

  test.each([
    ['PENDING', ['pending', 'New', 'unknown', 'NOT STARTED', 'not_started', '0', '']],
    ['TEACHING', ['Teaching', 'learning', 'young', 'review', 'in-progress', '1', '4']],
    [
      'LEARNED',
      ['LEARNED', 'learnt', 'Known', 'well known', 'well-known', 'mastered', 'mature', '5', '99', 'W'],
    ],
  ])('the state %s in several spellings', async (state, spellings) => {
    const app = await openImportApp();
    const rows = spellings.map((spelling, i) => `word ${i},${spelling}`);
    await app.importWords(`text,state\n${rows.join('\n')}`);
    expect(await app.listed()).toEqual(spellings.map((_, i) => `word ${i} ${state}`));
  });

  test('columns that the caller names; the first row is a word then', async () => {
    const app = await openImportApp();
    await app.importWords('x,text,translation\ny,casa,house', { columns: ['other', 'Text', 'TRANSLATION'] });
    expect(await app.listed()).toEqual(['text = translation PENDING', 'casa = house PENDING']);
  });
});

describe('importWords', () => {
  test('lists words in the order of the import', async () => {
    const app = await openImportApp();
    const texts = Array.from({ length: 150 }, (_, i) => `palabra ${i}`);
    await app.importWords(texts.join('\n'));
    expect(await app.listed()).toEqual(texts.map(pending));
  });

  test('leaves words that the profile has as they are', async () => {
    const app = await openImportApp();
    await app.importWords('text,translation,state\nÁrbol,tree,learned');
    expect(await app.importWords('text,translation,state\nárbol,wood,pending\nsol,sun,teaching')).toEqual({
      ...NOTHING,
      added: 1,
      existing: 1,
    });
    expect(await app.listed()).toEqual(['Árbol = tree LEARNED', 'sol = sun TEACHING']);
  });

  test('takes the first of several lines with one word, and counts the others', async () => {
    const app = await openImportApp();
    await app.importWords('hoy,today');
    const text =
      'Mañana,tomorrow\nhoy\n mañana ,morning\nMAN\u0303ANA\nhoy\nPolish,polnisch\npolish,polieren';
    const result = { ...NOTHING, added: 2, existing: 1, repeated: 4 };
    expect(await app.importWords(text, { dryRun: true })).toEqual(result);
    expect(await app.importWords(text)).toEqual(result);
    expect((await app.listed()).toSorted()).toEqual([
      'Mañana = tomorrow PENDING',
      'Polish = polnisch PENDING',
      'hoy = today PENDING',
    ]);
    const { added, existing, repeated, rejectedTotal } = await app.importWords(`${text}\n,no text`);
    expect([added, existing, repeated, rejectedTotal]).toEqual([0, 0, 4, 1]);
  });

  const BAD = 'text,state\ncasa,teaching\n,known\nperro,sleeping\n"gato\n\nlobo",\nsol,learned';
  const REJECTED = [
    { line: 3, reason: 'The text must have 1 to 200 characters, and has 0.' },
    { line: 4, reason: 'The state is not known. Write PENDING, TEACHING or LEARNED.' },
  ];

  test('adds nothing if a line is rejected, and says which and why', async () => {
    const app = await openImportApp();
    expect(await app.importWords(BAD)).toEqual({ ...NOTHING, rejected: REJECTED, rejectedTotal: 2 });
    expect(await app.listed()).toEqual([]);
  });

  test('adds the others if it may be partial', async () => {
    const app = await openImportApp();
    const result = { ...NOTHING, added: 3, rejected: REJECTED, rejectedTotal: 2 };
    expect(await app.importWords(BAD, { partial: true })).toEqual(result);
    expect(await app.listed()).toEqual(['casa TEACHING', 'gato lobo PENDING', 'sol LEARNED']);
  });

  test('foretells with dryRun exactly what it then does', async () => {
    const app = await openImportApp();
    await app.importWords('sol,sun');
    for (const partial of [false, true]) {
      const foretold = await app.importWords(BAD, { partial, dryRun: true });
      expect(await app.listed()).toEqual(['sol = sun PENDING']);
      if (partial) expect(foretold).toMatchObject({ added: 2, existing: 1, rejectedTotal: 2 });
      else expect(foretold).toMatchObject({ added: 0, existing: 0, rejectedTotal: 2 });
      if (partial) expect(await app.importWords(BAD, { partial })).toEqual(foretold);
    }
  });

  test('counts all rejected lines and reports the first 1,000', async () => {
    const app = await openImportApp();
    const { rejected, rejectedTotal } = await app.importWords(',x\n'.repeat(1500));
    expect(rejectedTotal).toBe(1500);
    expect(rejected.map(({ line }) => line)).toEqual(Array.from({ length: 1000 }, (_, i) => i + 1));
  });

  test.each([[''], ['casa']])('does not find an unknown profile, for the text %j', async (text) => {
    const app = await openImportApp();
    for (const dryRun of [true, false]) {
      const [code] = await app.refused(text, { dryRun }, 'nobody');
      expect(code).toBe('PROFILE_NOT_FOUND');
    }
  });

  test('takes 20,000 lines and 1,000,000 bytes, and refuses one more before reading them', async () => {
    const app = await openImportApp();
    const lines = Array.from({ length: 20_000 }, (_, i) => `${'ä'.repeat(20)} ${i}`);
    const text = `${lines.join('\n')}\n`;
    expect(await app.importWords(text)).toEqual({ ...NOTHING, added: 20_000 });
    expect(await app.store.wordCounts(['course'])).toEqual([{ pending: 20_000, teaching: 0, learned: 0 }]);
    expect(await app.refused(`${text}x`)).toEqual([
      'BAD_USER_INPUT',
      'input.text: must have at most 20000 lines, and has 20001; import the rest by another call',
    ]);

    for (const end of ['\n', '\r', '\r\n']) {
      const [, message] = await app.refused(end.repeat(20_001));
      expect(message).toContain('has 20001;');
      expect(await app.importWords(end.repeat(20_000))).toEqual(NOTHING);
    }

    const translation = `${'ñ'.repeat(249)}\n`;
    const long = `text,translation\ncasa,${translation}`.padEnd(1_000_000 - 249, '\n'.repeat(19_000));
    expect(Buffer.byteLength(long)).toBe(1_000_000);
    expect(await app.refused(`${long} `)).toEqual([
      'BAD_USER_INPUT',
      'input.text: must have at most 1000000 bytes; import the rest by another call',
    ]);
  });

  test('refuses columns without a text, and too many or too long names', async () => {
    const app = await openImportApp();
    for (const columns of [[], ['translation'], ['x', '']]) {
      expect(await app.refused('a,b', { columns })).toEqual([
        'BAD_USER_INPUT',
        'input.columns: must name the column "text"',
      ]);
    }
    expect(await app.refused('a', { columns: Array(1001).fill('text') })).toEqual([
      'BAD_USER_INPUT',
      'input.columns: must have at most 1000 entries',
    ]);
    expect((await app.refused('a', { columns: ['x'.repeat(201)] }))[1]).toBe(
      'input.columns.0: must have at most 200 characters',
    );
    expect(await app.listed()).toEqual([]);
  });

  test('writes no word before every line has been checked', async () => {
    const { store, calls } = traced(await tempSqliteStore());
    const app = await openImportApp({ store });
    await app.importWords(`${'palabra\n'.repeat(1500)}${'x'.repeat(201)}`);
    expect(calls.map(({ name }) => name).filter((name) => name === 'addWords')).toEqual([]);
  });

  test('runs at most twice at once, and the profiles take turns', async () => {
    const store = await tempSqliteStore();
    const underWay = new Set<string>();
    const order: string[] = [];
    let most = 0;
    const begin = new AbortController();
    const begun = once(begin.signal, 'abort');
    const counted = replacing(store, {
      async addWords(profileId, words) {
        const text = words[0]?.text ?? '';
        underWay.add(text);
        most = Math.max(most, underWay.size);
        await begun;
        const result = await store.addWords(profileId, words);
        underWay.delete(text);
        order.push(text);
        return result;
      },
    });
    const app = await openImportApp({ store: counted });
    await createCourse(store, { id: 'other' });
    const many = Array.from({ length: 12 }, (_, i) => app.importWords(`palabra ${i}`));
    const other = app.importWords('otra', {}, 'other');
    // Nothing tells that a request waits for its turn, so all get many turns of the loop to come that far.
    for (let turn = 0; turn < 500; turn += 1) await turnOfLoop();
    expect(underWay.size).toBe(2);
    begin.abort();
    await other;
    // Two of the first profile were under way, and one more may have had its turn.
    expect(order.length).toBeLessThanOrEqual(5);
    await Promise.all(many);
    expect(order).toHaveLength(13);
    expect(most).toBe(2);
  });

  test('completes what a failing store has left if it is sent again', async () => {
    const store = await tempSqliteStore();
    let batches = 0;
    const failing = new Proxy(store, {
      get(target, name) {
        const method: unknown = Reflect.get(target, name);
        if (name !== 'addWords' || typeof method !== 'function') return method;
        return async (...args: unknown[]) => {
          batches += 1;
          if (batches === 2) throw new StoreUnavailable();
          return Reflect.apply(method, target, args);
        };
      },
    });
    const app = await openImportApp({ store: failing });
    const texts = Array.from({ length: 2500 }, (_, i) => `palabra ${i}`);
    expect((await app.refused(texts.join('\n')))[0]).toBe('STORE_UNAVAILABLE');
    expect(await app.listed()).toEqual(texts.slice(0, 500).map(pending));
    expect(await app.importWords(texts.join('\n'))).toEqual({ ...NOTHING, added: 2000, existing: 500 });
    expect(await app.listed()).toEqual(texts.map(pending));
  });
});

function pending(word: string): string {
  return `${word} PENDING`;
}
