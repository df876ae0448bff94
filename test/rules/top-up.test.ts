import { describe, expect, test } from 'vitest';
import { wordId } from '../../src/model/word.ts';
import {
  type DialogGenerator,
  type GenerateOptions,
  WordFailed,
  WordPostponed,
} from '../../src/ports/generator.ts';
import { sampleWord } from '../contract/samples.ts';
import { graphql } from '../generated/index.ts';
import { createCourse } from '../support/course.ts';
import { seededRandom } from '../support/random.ts';
import { scriptedGenerator } from '../support/scripted-generator.ts';
import { openTestApp, tempSqliteStore } from '../support/test-app.ts';
import { type StoreCall, traced } from '../support/traced-store.ts';

const Ensure = graphql(`
  mutation EnsureForRules($profileId: ID!, $min: Int) {
    ensureDialogs(profileId: $profileId, min: $min) {
      created { id word { id text state } generator refVoiceId turns { speaker text translation audioUrl } }
      unusedTotal
      min
      shortfall
      outcome
      spend { calls }
      skipped { word { text } reason message }
    }
  }
`);

const Claim = graphql(`
  mutation ClaimForRules($profileId: ID!, $count: Int) {
    claimDialogs(profileId: $profileId, count: $count) { id word { id } }
  }
`);

describe('which words are chosen', () => {
  test('teaching words come before pending ones, and learned words get none', async () => {
    const app = await openTestApp();
    await createCourse(app.store, { teaching: 5, pending: 30, learned: 20 });
    const { ensureDialogs } = await app.ask(Ensure, { profileId: 'course', min: 12 });
    const states = ensureDialogs.created.map(({ word }) => word?.state);
    expect(states.filter((state) => state === 'TEACHING')).toHaveLength(5);
    expect(states.filter((state) => state === 'PENDING')).toHaveLength(7);
  });

  test.each([
    ['another word', 5, 'pending'],
    ['no other word', 0, 'teaching'],
  ])(
    'a word that the generator postpones is tried again after all others, here %s',
    async (_, pending, state) => {
      const scripted = scriptedGenerator();
      const requested: string[] = [];
      const generator: DialogGenerator = {
        ...scripted,
        async generate(request, options) {
          requested.push(request.word.state);
          if (requested.length === 1) throw new WordPostponed('other words are tried first');
          return scripted.generate(request, options);
        },
      };
      const app = await openTestApp({ generator });
      await createCourse(app.store, { teaching: 1, pending });
      const { ensureDialogs } = await app.ask(Ensure, { profileId: 'course', min: 1 });
      expect(ensureDialogs).toMatchObject({ outcome: 'SATISFIED', skipped: [], spend: { calls: 1 } });
      expect(requested).toEqual(['teaching', state]);
    },
  );

  test('each word of a state is about as likely as any other', async () => {
    const app = await openTestApp({ random: seededRandom(5) });
    const chosen = new Map<string, number>();
    for (let i = 0; i < 100; i += 1) {
      const { id } = await createCourse(app.store, { id: `course-${i}`, teaching: 10 });
      const { ensureDialogs } = await app.ask(Ensure, { profileId: id, min: 3 });
      for (const { word } of ensureDialogs.created) {
        const text = word?.text ?? '';
        chosen.set(text, (chosen.get(text) ?? 0) + 1);
      }
    }
    expect(chosen.size).toBe(10);
    for (const times of chosen.values()) {
      expect(times).toBeGreaterThan(30 * 0.6);
      expect(times).toBeLessThan(30 * 1.4);
    }
  });

  test.each([
    ['padded numbers behind a prefix', (i: number) => `word-${String(i).padStart(4, '0')}`],
    ['padded numbers', (i: number) => String(i).padStart(12, '0')],
    ['upper case UUIDs', (i: number) => wordId('x', String(i)).toUpperCase()],
    [
      'Cyrillic letters',
      (i: number) => [...String(i + 10_000)].map((digit) => 'абвгдежзик'[Number(digit)]).join(''),
    ],
  ])('words of another writer are chosen from everywhere: ids of %s', async (_, idOf) => {
    const app = await openTestApp({ random: seededRandom(5) });
    await createCourse(app.store);
    const words = Array.from({ length: 400 }, (_, i) => sampleWord('course', `w${i}`, { id: idOf(i) }));
    await app.store.addWords('course', words);
    const order = words.map(({ id }) => id).sort();
    const chosenFrom = new Set<number>();
    for (let i = 0; i < 40; i += 1) {
      const { ensureDialogs } = await app.ask(Ensure, { profileId: 'course', min: 3 });
      const first = order.indexOf(ensureDialogs.created[0]?.word?.id ?? '');
      chosenFrom.add(Math.floor(first / 40));
      await app.ask(Claim, { profileId: 'course', count: 3 });
    }
    // Each tenth of the words in the order of their ids, or nearly.
    expect(chosenFrom.size).toBeGreaterThanOrEqual(8);
  });

  test("the profile's own minDialogs is the minimum if none is given", async () => {
    const app = await openTestApp();
    await createCourse(app.store, { teaching: 20, minDialogs: 7 });
    const { ensureDialogs } = await app.ask(Ensure, { profileId: 'course' });
    expect(ensureDialogs).toMatchObject({ unusedTotal: 7, min: 7, shortfall: 0, outcome: 'SATISFIED' });
  });

  test('a top-up reads about as many words as it needs, of however many there are', async () => {
    const app = await openTestApp();
    await createCourse(app.store, { teaching: 100, pending: 3000 });
    let drawn = 0;
    const drawWords = app.store.drawWords.bind(app.store);
    app.store.drawWords = async (...args) => {
      const draw = await drawWords(...args);
      drawn += draw.words.length;
      return draw;
    };
    const { ensureDialogs } = await app.ask(Ensure, { profileId: 'course', min: 12 });
    expect(ensureDialogs.created).toHaveLength(12);
    expect(drawn).toBeLessThanOrEqual(24);
  });
});

describe('a word that fails', () => {
  test('is skipped with its reason, and the next one takes its place', async () => {
    const failing = new Set(['teaching 0', 'teaching 1', 'teaching 2']);
    const generator = scriptedGenerator(({ word }) => (failing.has(word.text) ? 'fail-word' : 'write'));
    const app = await openTestApp({ generator });
    await createCourse(app.store, { teaching: 8, pending: 8 });
    const { ensureDialogs } = await app.ask(Ensure, { profileId: 'course', min: 12 });
    expect(ensureDialogs).toMatchObject({ unusedTotal: 12, outcome: 'SATISFIED' });
    expect(new Set(ensureDialogs.skipped.map(({ word }) => word.text))).toEqual(failing);
    for (const { reason, message } of ensureDialogs.skipped) {
      expect(reason).toBe('GENERATION_FAILED');
      expect(message).toBe('The script refuses this word.');
    }
    expect(generator.asked).toHaveLength(15);
  });

  test('is tried once, and all others are tried before the words are exhausted', async () => {
    const generator = scriptedGenerator(({ word }) => (word.text === 'pending 77' ? 'write' : 'fail-word'));
    const app = await openTestApp({ generator });
    await createCourse(app.store, { teaching: 60, pending: 90 });
    const { ensureDialogs } = await app.ask(Ensure, { profileId: 'course', min: 4 });
    expect(ensureDialogs).toMatchObject({ unusedTotal: 1, shortfall: 3, outcome: 'WORDS_EXHAUSTED' });
    expect(ensureDialogs.skipped).toHaveLength(149);
    expect(generator.asked).toHaveLength(150);
    expect(new Set(generator.asked.map(({ word }) => word.id)).size).toBe(150);
  });

  test('gets no dialog that breaks the rules for dialogs, whatever the generator claims', async () => {
    const careless = scriptedGenerator();
    careless.generate = async () => ({
      turns: [{ speaker: 'A', text: 'Nothing of the kind.', translation: 'Nada.' }],
    });
    const app = await openTestApp({ generator: careless });
    await createCourse(app.store, { teaching: 2 });
    const { ensureDialogs } = await app.ask(Ensure, { profileId: 'course', min: 2 });
    expect(ensureDialogs).toMatchObject({ unusedTotal: 0, outcome: 'WORDS_EXHAUSTED' });
    expect(ensureDialogs.skipped.map(({ reason }) => reason)).toEqual([
      'GENERATION_FAILED',
      'GENERATION_FAILED',
    ]);
  });
});

describe('a generator that fails as a whole', () => {
  test('ends the top-up at once, and what was made is kept', async () => {
    let written = 0;
    const generator = scriptedGenerator(() => (++written > 5 ? 'fail-generator' : 'write'));
    const app = await openTestApp({ generator });
    await createCourse(app.store, { teaching: 200 });
    const { ensureDialogs } = await app.ask(Ensure, { profileId: 'course', min: 100 });
    expect(ensureDialogs).toMatchObject({
      unusedTotal: 5,
      shortfall: 95,
      outcome: 'GENERATOR_UNAVAILABLE',
      skipped: [],
    });
    expect(ensureDialogs.created).toHaveLength(5);
    expect(generator.asked.length).toBeLessThanOrEqual(5 + generator.concurrency);
    expect(app.log.lines.filter((line) => line.includes('failed as a whole'))).toHaveLength(1);
  });

  test('does not stop the next top-up from trying again', async () => {
    let down = true;
    const generator = scriptedGenerator(() => (down ? 'fail-generator' : 'write'));
    const app = await openTestApp({ generator });
    await createCourse(app.store, { teaching: 20 });
    await app.ask(Ensure, { profileId: 'course' });
    down = false;
    const { ensureDialogs } = await app.ask(Ensure, { profileId: 'course' });
    expect(ensureDialogs).toMatchObject({ unusedTotal: 12, outcome: 'SATISFIED' });
  });
});

describe('an unexpected error in the middle', () => {
  test('is masked, keeps what was made, and leaves the pool free to be topped up again', async () => {
    let broken = true;
    const generator = scriptedGenerator();
    const write = generator.generate.bind(generator);
    generator.generate = async (...args) => {
      if (broken && generator.asked.length >= 3) throw new TypeError('a defect with secrets in it');
      return write(...args);
    };
    const app = await openTestApp({ generator });
    await createCourse(app.store, { teaching: 20 });
    const { errors } = await app.send(Ensure, { profileId: 'course' });
    expect(errors).toMatchObject([{ extensions: { code: 'INTERNAL_SERVER_ERROR' } }]);
    expect(JSON.stringify(errors)).not.toContain('secrets');
    expect(app.log.lines.join()).toContain('a defect with secrets in it');
    const kept = await app.store.unusedTotal('course');
    expect(kept).toBeGreaterThanOrEqual(3);
    broken = false;
    const { ensureDialogs } = await app.ask(Ensure, { profileId: 'course' });
    expect(ensureDialogs.unusedTotal).toBe(12);
    expect(ensureDialogs.created).toHaveLength(12 - kept);
  });
});

describe('while others take dialogs out', () => {
  test('the pool is topped up again within the same call', async () => {
    let claimed = 0;
    const generator = scriptedGenerator(undefined, {
      concurrency: 1,
      turn: async () => {
        if (generator.asked.length !== 6) return;
        claimed += (await app.store.claimDialogs('course', 3, new Date(), 'meanwhile')).length;
      },
    });
    const app = await openTestApp({ generator });
    await createCourse(app.store, { teaching: 20 });
    const { ensureDialogs } = await app.ask(Ensure, { profileId: 'course', min: 10 });
    expect(claimed).toBe(3);
    expect(ensureDialogs).toMatchObject({ unusedTotal: 10, outcome: 'SATISFIED' });
    expect(ensureDialogs.created).toHaveLength(13);
  });

  test('words whose dialogs were claimed are looked at again before the words are exhausted', async () => {
    const generator = scriptedGenerator(undefined, {
      concurrency: 1,
      turn: async () => {
        if (generator.asked.length === 10) await app.store.claimDialogs('course', 4, new Date(), 'meanwhile');
      },
    });
    const app = await openTestApp({ generator });
    await createCourse(app.store, { teaching: 10 });
    await app.ask(Ensure, { profileId: 'course', min: 5 });
    const { ensureDialogs } = await app.ask(Ensure, { profileId: 'course', min: 10 });
    expect(ensureDialogs).toMatchObject({ unusedTotal: 10, outcome: 'SATISFIED' });
  });

  test('a word whose dialog was claimed gets another one, although no other word got one meanwhile', async () => {
    const isBad = (text: string | undefined) => text === 'pending 0';
    const generator = scriptedGenerator(({ word }) => (isBad(word.text) ? 'fail-word' : 'write'), {
      turn: async () => {
        if (isBad(generator.asked.at(-1)?.word.text)) await app.ask(Claim, { profileId: 'course', count: 1 });
      },
    });
    const app = await openTestApp({ generator });
    await createCourse(app.store, { teaching: 1, pending: 1 });
    await app.ask(Ensure, { profileId: 'course', min: 1 });
    const { ensureDialogs } = await app.ask(Ensure, { profileId: 'course', min: 2 });
    expect(ensureDialogs).toMatchObject({ unusedTotal: 1, outcome: 'WORDS_EXHAUSTED' });
    expect(ensureDialogs.created.map(({ word }) => word?.text)).toEqual(['teaching 0']);
    expect(ensureDialogs.skipped.map(({ word }) => word.text)).toEqual(['pending 0']);
    expect(generator.asked).toHaveLength(3);
  });

  test('a caller that claims everything at once does not keep a top-up going for ever', async () => {
    const generator = scriptedGenerator(undefined, { concurrency: 1 });
    const app = await openTestApp({ generator });
    await createCourse(app.store, { teaching: 10 });
    const createDialog = app.store.createDialog.bind(app.store);
    app.store.createDialog = async (dialog) => {
      const created = await createDialog(dialog);
      await app.store.claimDialogs('course', 1, new Date(), dialog.id);
      return created;
    };
    const { ensureDialogs } = await app.ask(Ensure, { profileId: 'course', min: 3 });
    expect(ensureDialogs).toMatchObject({ unusedTotal: 0, outcome: 'WORDS_EXHAUSTED' });
    expect(ensureDialogs.created).toHaveLength(10);
  });
});

test('a stopping server begins no further word, and stores and reports those that are paid for', async () => {
  let answer = (): void => undefined;
  const answered = new Promise<void>((resolve) => {
    answer = resolve;
  });
  const scripted = scriptedGenerator(undefined, { concurrency: 3, turn: () => answered });
  const given: GenerateOptions[] = [];
  const generator: typeof scripted = {
    ...scripted,
    generate(request, options) {
      given.push(options);
      return scripted.generate(request, options);
    },
  };
  const app = await openTestApp({ generator });
  await createCourse(app.store, { teaching: 20 });
  const asking = app.ask(Ensure, { profileId: 'course', min: 12 });
  while (generator.asked.length < 3) await new Promise(setImmediate);
  const finished = app.pool.finish(0);
  while (given.some(({ signal }) => !signal.aborted)) await new Promise(setImmediate);
  answer();
  await finished;
  const { ensureDialogs } = await asking;
  expect(ensureDialogs).toMatchObject({ unusedTotal: 3, shortfall: 9, outcome: 'GENERATOR_UNAVAILABLE' });
  expect(ensureDialogs.created).toHaveLength(3);
  expect(generator.asked).toHaveLength(3);
});

describe('callers that come while a top-up is running', () => {
  /** A generator of one dialog at a time, each of which waits until it is let go. */
  function steppedGenerator() {
    const waiting: (() => void)[] = [];
    const generator = scriptedGenerator(undefined, {
      concurrency: 1,
      turn: () => new Promise((letGo) => waiting.push(letGo)),
    });
    /** Lets `count` dialogs be written, one after the other. */
    async function write(count: number): Promise<void> {
      for (let i = 0; i < count; i += 1) {
        while (waiting.length === 0) await new Promise(setImmediate);
        waiting.shift()?.();
      }
    }
    return { generator, write };
  }

  /** Resolves when `count` callers have joined. Each reads the profile and counts once before it joins. */
  async function allHaveCome(calls: readonly StoreCall[], count: number): Promise<void> {
    const counts = () => calls.filter(({ name }) => name === 'unusedTotal').length;
    const isBusy = () => calls.some(({ ended }) => ended === Number.POSITIVE_INFINITY);
    while (counts() < count || isBusy()) await new Promise(setImmediate);
    await new Promise(setImmediate);
  }

  test('share it, so that what fails is not paid for again by each of them', async () => {
    const { store, calls } = traced(await tempSqliteStore());
    const generator = scriptedGenerator(() => 'fail-word', { turn: () => allHaveCome(calls, 16) });
    const app = await openTestApp({ store, generator });
    await createCourse(app.store, { teaching: 10 });
    const answers = await Promise.all(
      Array.from({ length: 16 }, () => app.ask(Ensure, { profileId: 'course', min: 12 })),
    );
    expect(generator.asked).toHaveLength(10);
    for (const { ensureDialogs } of answers) {
      expect(ensureDialogs).toMatchObject({ unusedTotal: 0, outcome: 'WORDS_EXHAUSTED' });
      expect(ensureDialogs.skipped).toHaveLength(10);
    }
  });

  test('are answered as soon as their own minimum is reached, while it goes on for a larger one', async () => {
    const { generator, write } = steppedGenerator();
    const app = await openTestApp({ generator });
    await createCourse(app.store, { teaching: 60 });
    const large = app.ask(Ensure, { profileId: 'course', min: 50 });
    await write(2);
    const small = app.ask(Ensure, { profileId: 'course', min: 5 });
    await write(3);
    const { ensureDialogs } = await small;
    expect(ensureDialogs).toMatchObject({ min: 5, unusedTotal: 5, outcome: 'SATISFIED', created: [] });
    expect(generator.asked.length).toBeLessThanOrEqual(6);
    await write(45);
    const { ensureDialogs: whole } = await large;
    expect(whole).toMatchObject({ unusedTotal: 50, outcome: 'SATISFIED', spend: { calls: 50 } });
    expect(whole.created).toHaveLength(50);
    expect(generator.asked).toHaveLength(50);
  });

  test('may ask for more: the first is answered at its own minimum, and each is told of what was made for it', async () => {
    const { generator, write } = steppedGenerator();
    const app = await openTestApp({ generator });
    await createCourse(app.store, { teaching: 60 });
    const small = app.ask(Ensure, { profileId: 'course', min: 5 });
    await write(2);
    const large = app.ask(Ensure, { profileId: 'course', min: 20 });
    await write(3);
    const { ensureDialogs: first } = await small;
    expect(first).toMatchObject({ unusedTotal: 5, outcome: 'SATISFIED', spend: { calls: 5 } });
    await write(15);
    const { ensureDialogs: second } = await large;
    expect(second).toMatchObject({ unusedTotal: 20, outcome: 'SATISFIED', spend: { calls: 15 } });
    const ids = [...first.created, ...second.created].map(({ id }) => id);
    expect(new Set(ids).size).toBe(20);
    expect(generator.asked).toHaveLength(20);
  });

  test('are counted for in the store: what was claimed meanwhile does not count', async () => {
    const { generator, write } = steppedGenerator();
    const app = await openTestApp({ generator });
    await createCourse(app.store, { teaching: 60 });
    const large = app.ask(Ensure, { profileId: 'course', min: 20 });
    await write(2);
    const small = app.ask(Ensure, { profileId: 'course', min: 5 });
    await app.ask(Claim, { profileId: 'course', count: 2 });
    await write(5);
    const { ensureDialogs } = await small;
    expect(ensureDialogs).toMatchObject({ unusedTotal: 5, outcome: 'SATISFIED' });
    await write(15);
    expect((await large).ensureDialogs.unusedTotal).toBe(20);
  });

  test('have words tried that were added after the top-up had passed them by', async () => {
    const { generator, write } = steppedGenerator();
    const { store, calls } = traced(await tempSqliteStore());
    const app = await openTestApp({ store, generator });
    await createCourse(app.store, { teaching: 3 });
    const first = app.ask(Ensure, { profileId: 'course', min: 12 });
    await write(2);
    const more = Array.from({ length: 12 }, (_, i) => sampleWord('course', `added ${i}`));
    await app.store.addWords('course', more);
    const second = app.ask(Ensure, { profileId: 'course', min: 12 });
    await allHaveCome(calls, 2);
    await write(10);
    expect((await second).ensureDialogs).toMatchObject({ unusedTotal: 12, outcome: 'SATISFIED' });
    expect((await first).ensureDialogs.unusedTotal).toBeGreaterThanOrEqual(3);
  });

  test('are each told of their own minimum, and each dialog is reported to one of them', async () => {
    const app = await openTestApp();
    await createCourse(app.store, { teaching: 30 });
    const mins = [3, 20, 8, 12, 20];
    const answers = await Promise.all(mins.map((min) => app.ask(Ensure, { profileId: 'course', min })));
    for (const [i, { ensureDialogs }] of answers.entries()) {
      expect(ensureDialogs).toMatchObject({ min: mins[i], shortfall: 0, outcome: 'SATISFIED' });
    }
    const created = answers.flatMap(({ ensureDialogs }) => ensureDialogs.created.map(({ id }) => id));
    expect(created).toHaveLength(20);
    expect(new Set(created).size).toBe(20);
    expect(await app.store.unusedTotal('course')).toBe(20);
  });

  test('see the profile as it is by then', async () => {
    let answer = (): void => undefined;
    const answered = new Promise<void>((resolve) => {
      answer = resolve;
    });
    const generator = scriptedGenerator(undefined, { turn: () => answered });
    const { store, calls } = traced(await tempSqliteStore());
    const app = await openTestApp({ store, generator });
    await createCourse(app.store, { teaching: 20 });
    const first = app.ask(Ensure, { profileId: 'course', min: 2 });
    while (generator.asked.length < 2) await new Promise(setImmediate);
    const second = app.ask(Ensure, { profileId: 'course', min: 5 });
    await allHaveCome(calls, 2);
    await app.store.updateProfile('course', { refVoiceId: 'new voice' });
    answer();
    await first;
    const { ensureDialogs } = await second;
    expect(ensureDialogs.created.map(({ refVoiceId }) => refVoiceId)).toEqual(Array(3).fill('new voice'));
  });
});

test('a profile that is deleted meanwhile ends its top-up at once', async () => {
  const generator = scriptedGenerator(undefined, {
    concurrency: 1,
    turn: async () => {
      if (generator.asked.length === 3) await app.store.deleteProfile('course');
    },
  });
  const app = await openTestApp({ generator });
  await createCourse(app.store, { teaching: 30 });
  const { errors } = await app.send(Ensure, { profileId: 'course', min: 12 });
  expect(errors).toMatchObject([{ extensions: { code: 'PROFILE_NOT_FOUND' } }]);
  expect(generator.asked).toHaveLength(3);
});

test('an unexpected error about one word skips it and is logged', async () => {
  const generator = scriptedGenerator();
  const write = generator.generate.bind(generator);
  generator.generate = async (request, options) => {
    if (request.word.text === 'teaching 4') throw new TypeError('a defect that one text brings out');
    return write(request, options);
  };
  const app = await openTestApp({ generator });
  await createCourse(app.store, { teaching: 6 });
  const { ensureDialogs } = await app.ask(Ensure, { profileId: 'course', min: 6 });
  expect(ensureDialogs).toMatchObject({ unusedTotal: 5, outcome: 'WORDS_EXHAUSTED' });
  expect(ensureDialogs.skipped).toMatchObject([
    { word: { text: 'teaching 4' }, reason: 'GENERATION_FAILED' },
  ]);
  expect(JSON.stringify(ensureDialogs)).not.toContain('a defect');
  expect(app.log.lines.join()).toContain('a defect that one text brings out');
});

test.each([1, 3, 5])(
  'a generator that breaks at each word is given up after a few paid calls at min %i',
  async (min) => {
    const generator = scriptedGenerator();
    let paid = 0;
    generator.generate = async (_, { onCall }) => {
      paid += 1;
      onCall({ inputTokens: 1, outputTokens: 1 });
      throw new TypeError('a defect that each text brings out');
    };
    const app = await openTestApp({ generator });
    await createCourse(app.store, { teaching: 200 });
    const { errors } = await app.send(Ensure, { profileId: 'course', min });
    expect(errors).toMatchObject([{ extensions: { code: 'INTERNAL_SERVER_ERROR' } }]);
    expect(paid).toBeLessThanOrEqual(4 + generator.concurrency);
  },
);

test('unexpected errors about a few words of many do not end a top-up that makes dialogs between them', async () => {
  const generator = scriptedGenerator(undefined, { concurrency: 1 });
  const write = generator.generate.bind(generator);
  let asked = 0;
  generator.generate = async (request, options) => {
    asked += 1;
    if (asked % 2 === 1) throw new TypeError('a defect that some texts bring out');
    return write(request, options);
  };
  const app = await openTestApp({ generator });
  await createCourse(app.store, { teaching: 40 });
  const { ensureDialogs } = await app.ask(Ensure, { profileId: 'course', min: 12 });
  expect(ensureDialogs).toMatchObject({ unusedTotal: 12, outcome: 'SATISFIED' });
  expect(ensureDialogs.skipped).toHaveLength(12);
});

test("a word's next dialog follows its used one and is numbered after it", async () => {
  const app = await openTestApp();
  const { words } = await createCourse(app.store, { teaching: 1 });
  const first = await app.ask(Ensure, { profileId: 'course', min: 1 });
  await app.ask(Claim, { profileId: 'course', count: 1 });
  const second = await app.ask(Ensure, { profileId: 'course', min: 1 });
  expect(first.ensureDialogs.created.map(({ id }) => id)).toEqual([`${words[0]?.id}.0`]);
  expect(second.ensureDialogs.created.map(({ id }) => id)).toEqual([`${words[0]?.id}.1`]);
  expect(second.ensureDialogs.created[0]?.turns).not.toEqual(first.ensureDialogs.created[0]?.turns);
});

test('a dialog keeps what it was made with', async () => {
  const app = await openTestApp();
  await createCourse(app.store, { teaching: 1 });
  await app.store.updateProfile('course', { refVoiceId: 'voice-1' });
  const { ensureDialogs } = await app.ask(Ensure, { profileId: 'course', min: 1 });
  const [dialog] = ensureDialogs.created;
  expect(dialog).toMatchObject({ generator: 'template/v2', refVoiceId: 'voice-1' });
  for (const turn of dialog?.turns ?? []) {
    expect(turn.audioUrl).toBeNull();
    expect(turn.translation).not.toBe('');
  }
  expect(dialog?.turns.length).toBeGreaterThanOrEqual(2);
});

test('a word that fails says why in words for people', async () => {
  const app = await openTestApp({
    generator: {
      ...scriptedGenerator(),
      generate: async () => {
        throw new WordFailed('Templates know no Klingon.');
      },
    },
  });
  await createCourse(app.store, { teaching: 1 });
  const { ensureDialogs } = await app.ask(Ensure, { profileId: 'course', min: 1 });
  expect(ensureDialogs.skipped).toEqual([
    { word: { text: 'teaching 0' }, reason: 'GENERATION_FAILED', message: 'Templates know no Klingon.' },
  ]);
});
