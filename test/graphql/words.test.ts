import { describe, expect, test } from 'vitest';
import { systemClock } from '../../src/adapters/system/system-clock.ts';
import { graphql } from '../generated/index.ts';
import { createCourse } from '../support/course.ts';
import { openTestApp } from '../support/test-app.ts';

const Add = graphql(`
  mutation AddWords($profileId: ID!, $words: [WordInput!]!) {
    addWords(profileId: $profileId, words: $words) {
      added { id text translation state createdAt unusedDialog { id } }
      existing { id text translation state }
    }
  }
`);

const Read = graphql(`
  query ReadWord($profileId: ID!, $id: ID!) {
    profile(id: $profileId) { word(id: $id) { id text translation state createdAt unusedDialog { id } } }
  }
`);

const List = graphql(`
  query ListWords($profileId: ID!, $states: [WordState!], $first: Int) {
    profile(id: $profileId) {
      words(states: $states, first: $first) { edges { node { id text state } } }
      pool { wordCounts { pending teaching learned } }
    }
  }
`);

const SetState = graphql(`
  mutation SetWordState($profileId: ID!, $wordIds: [ID!]!, $state: WordState!) {
    setWordState(profileId: $profileId, wordIds: $wordIds, state: $state) { id text state }
  }
`);

const Remove = graphql(`
  mutation RemoveWords($profileId: ID!, $wordIds: [ID!]!) {
    removeWords(profileId: $profileId, wordIds: $wordIds)
  }
`);

const textsOf = (words: readonly { text: string }[]) => words.map(({ text }) => text);

describe('addWords', () => {
  test('adds words in the given order, with their translations and states', async () => {
    const now = new Date('2025-03-04T05:06:07.089Z');
    const app = await openTestApp({ clock: { ...systemClock, now: () => now } });
    await createCourse(app.store);
    const { addWords } = await app.ask(Add, {
      profileId: 'course',
      words: [
        { text: 'zapato', translation: 'shoe', state: 'LEARNED' },
        { text: 'buenos días', translation: null, state: 'TEACHING' },
        { text: 'árbol' },
        { text: 'casa', state: null },
      ],
    });
    const common = { createdAt: now.toISOString(), unusedDialog: null };
    expect(addWords.existing).toEqual([]);
    expect(addWords.added.map(({ id: _, ...word }) => word)).toEqual([
      { text: 'zapato', translation: 'shoe', state: 'LEARNED', ...common },
      { text: 'buenos días', translation: null, state: 'TEACHING', ...common },
      { text: 'árbol', translation: null, state: 'PENDING', ...common },
      { text: 'casa', translation: null, state: 'PENDING', ...common },
    ]);
    for (const word of addWords.added) {
      expect(await app.ask(Read, { profileId: 'course', id: word.id })).toEqual({ profile: { word } });
    }
  });

  test('recognises a word in any case and Unicode form, and does not change it', async () => {
    const app = await openTestApp();
    await createCourse(app.store);
    const first = [
      { text: 'Árbol', translation: 'tree', state: 'LEARNED' as const },
      { text: 'Straße' },
      { text: 'ΣΊΣΥΦΟΣ' },
      { text: 'ﾃﾚﾋﾞ' },
      { text: 'ﬁn' },
    ];
    await app.ask(Add, { profileId: 'course', words: first });
    const { addWords } = await app.ask(Add, {
      profileId: 'course',
      words: [
        { text: 'a\u0301rbol', translation: 'another', state: 'PENDING' },
        { text: 'STRAßE' },
        { text: 'Σίσυφος' },
        { text: 'テレビ' },
        { text: 'FIN' },
        { text: 'Strasse' },
        { text: 'arbol' },
      ],
    });
    expect(addWords.existing.map(({ text, translation, state }) => ({ text, translation, state }))).toEqual([
      { text: 'Árbol', translation: 'tree', state: 'LEARNED' },
      { text: 'Straße', translation: null, state: 'PENDING' },
      { text: 'ΣΊΣΥΦΟΣ', translation: null, state: 'PENDING' },
      { text: 'ﾃﾚﾋﾞ', translation: null, state: 'PENDING' },
      { text: 'ﬁn', translation: null, state: 'PENDING' },
    ]);
    expect(textsOf(addWords.added)).toEqual(['Strasse', 'arbol']);
  });

  test('adds a word once if it is given several times, in its first form', async () => {
    const app = await openTestApp();
    await createCourse(app.store);
    const { addWords } = await app.ask(Add, {
      profileId: 'course',
      words: [
        { text: 'Mañana', translation: 'tomorrow' },
        { text: 'hoy' },
        { text: ' mañana ', translation: 'morning', state: 'TEACHING' },
        { text: 'MAN\u0303ANA' },
      ],
    });
    expect(addWords).toMatchObject({
      added: [{ text: 'Mañana', translation: 'tomorrow', state: 'PENDING' }, { text: 'hoy' }],
      existing: [],
    });
  });

  test('adds 1,000 words at once, and recognises all of them when they are added again', async () => {
    const app = await openTestApp();
    await createCourse(app.store);
    const words = Array.from({ length: 1000 }, (_, i) => ({ text: `Wörtchen ${i} ${'ä'.repeat(90)}` }));
    const { addWords: first } = await app.ask(Add, { profileId: 'course', words });
    expect(textsOf(first.added)).toEqual(textsOf(words));
    expect(new Set(first.added.map(({ id }) => id)).size).toBe(1000);

    const shouted = words.map(({ text }) => ({ text: text.toUpperCase().normalize('NFD') }));
    const { addWords: again } = await app.ask(Add, { profileId: 'course', words: shouted });
    expect(again.added).toEqual([]);
    expect(textsOf(again.existing)).toEqual(textsOf(words));
    const { profile } = await app.ask(List, { profileId: 'course' });
    expect(profile?.pool.wordCounts).toEqual({ pending: 1000, teaching: 0, learned: 0 });
  });

  test('adds each word once, for one caller, if many callers add it at the same time', async () => {
    const app = await openTestApp();
    await createCourse(app.store);
    const words = Array.from({ length: 40 }, (_, i) => ({ text: `word ${i}` }));
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => app.ask(Add, { profileId: 'course', words })),
    );
    const added = answers.flatMap(({ addWords }) => textsOf(addWords.added));
    expect(added.toSorted()).toEqual(textsOf(words).toSorted());
    for (const { addWords } of answers) expect(addWords.added.length + addWords.existing.length).toBe(40);
  });

  test('adds nothing for an empty list', async () => {
    const app = await openTestApp();
    await createCourse(app.store);
    expect(await app.ask(Add, { profileId: 'course', words: [] })).toEqual({
      addWords: { added: [], existing: [] },
    });
  });

  test('gives the same word different ids in two profiles', async () => {
    const app = await openTestApp();
    await createCourse(app.store, { id: 'a' });
    await createCourse(app.store, { id: 'b' });
    const ids = [];
    for (const profileId of ['a', 'b']) {
      const { addWords } = await app.ask(Add, { profileId, words: [{ text: 'casa' }] });
      ids.push(...addWords.added.map(({ id }) => id));
    }
    expect(new Set(ids).size).toBe(2);
    expect(await app.ask(Read, { profileId: 'a', id: ids[1] ?? '' })).toEqual({ profile: { word: null } });
  });
});

describe('words', () => {
  test('are listed by state: all words without a list of states, none with an empty list', async () => {
    const app = await openTestApp();
    await createCourse(app.store, { teaching: 2, pending: 3, learned: 4 });
    const count = async (states?: ('PENDING' | 'TEACHING' | 'LEARNED')[] | null) => {
      const { profile } = await app.ask(List, {
        profileId: 'course',
        ...(states !== undefined && { states }),
      });
      for (const { node } of profile?.words.edges ?? []) {
        if (states) expect(states).toContain(node.state);
      }
      return profile?.words.edges.length;
    };
    expect(await count()).toBe(9);
    expect(await count(null)).toBe(9);
    expect(await count([])).toBe(0);
    expect(await count(['PENDING'])).toBe(3);
    expect(await count(['LEARNED', 'TEACHING'])).toBe(6);
    expect(await count(['LEARNED', 'LEARNED'])).toBe(4);
  });

  test.each(['nobody', '', 'a\u0000b', '\udfff'])('word is null for the unknown id %j', async (id) => {
    const app = await openTestApp();
    await createCourse(app.store, { teaching: 1 });
    expect(await app.ask(Read, { profileId: 'course', id })).toEqual({ profile: { word: null } });
  });
});

describe('setWordState', () => {
  test('sets the state of words and returns each once, in the given order', async () => {
    const app = await openTestApp();
    const { words } = await createCourse(app.store, { teaching: 3, pending: 1 });
    const [a = '', b = '', c = '', d = ''] = words.map(({ id }) => id);
    const { setWordState } = await app.ask(SetState, {
      profileId: 'course',
      wordIds: [d, b, d, b],
      state: 'LEARNED',
    });
    expect(setWordState).toEqual([
      { id: d, text: 'pending 0', state: 'LEARNED' },
      { id: b, text: 'teaching 1', state: 'LEARNED' },
    ]);
    const { profile } = await app.ask(List, { profileId: 'course' });
    expect(profile?.pool.wordCounts).toEqual({ pending: 0, teaching: 2, learned: 2 });
    expect(new Map(profile?.words.edges.map(({ node }) => [node.id, node.state]))).toEqual(
      new Map([
        [a, 'TEACHING'],
        [b, 'LEARNED'],
        [c, 'TEACHING'],
        [d, 'LEARNED'],
      ]),
    );
  });

  test('changes no word if one of them is unknown', async () => {
    const app = await openTestApp();
    const { words } = await createCourse(app.store, { teaching: 2 });
    const wordIds = [...words.map(({ id }) => id), 'nowhere'];
    const { data, errors } = await app.send(SetState, { profileId: 'course', wordIds, state: 'LEARNED' });
    expect(data).toBe(null);
    expect(errors).toMatchObject([
      {
        message: 'The profile has no word with the id "nowhere". Query `words` to list those it has.',
        path: ['setWordState'],
        extensions: { code: 'WORD_NOT_FOUND' },
      },
    ]);
    const { profile } = await app.ask(List, { profileId: 'course' });
    expect(profile?.pool.wordCounts).toEqual({ pending: 0, teaching: 2, learned: 0 });
  });

  test('does not find words of another profile', async () => {
    const app = await openTestApp();
    const { words } = await createCourse(app.store, { id: 'a', teaching: 1 });
    await createCourse(app.store, { id: 'b', teaching: 1 });
    const wordIds = words.map(({ id }) => id);
    const { errors } = await app.send(SetState, { profileId: 'b', wordIds, state: 'LEARNED' });
    expect(errors).toMatchObject([{ extensions: { code: 'WORD_NOT_FOUND' } }]);
    expect(await app.store.wordCounts(['a'])).toEqual([{ pending: 0, teaching: 1, learned: 0 }]);
  });

  test('sets 1,000 words at once', async () => {
    const app = await openTestApp();
    const { words } = await createCourse(app.store, { pending: 1000 });
    const wordIds = words.map(({ id }) => id);
    const { setWordState } = await app.ask(SetState, { profileId: 'course', wordIds, state: 'TEACHING' });
    expect(setWordState.map(({ id }) => id)).toEqual(wordIds);
  });
});

describe('removeWords', () => {
  test('removes words with their unused dialogs, keeps used dialogs, and returns the removed ids', async () => {
    const app = await openTestApp();
    const { words } = await createCourse(app.store, { teaching: 3 });
    const [a = '', b = '', c = ''] = words.map(({ id }) => id);
    await app.pool.ensureDialogs('course', 3);
    const usedDialog = `${a}.0`;
    await app.pool.markDialogUsed('course', usedDialog);

    const { removeWords } = await app.ask(Remove, {
      profileId: 'course',
      wordIds: ['nowhere', b, a, b, '\ud800'],
    });

    expect(removeWords).toEqual([b, a]);
    expect(await app.store.words(words.map(({ id }) => ({ profileId: 'course', wordId: id })))).toMatchObject(
      [null, null, { id: c }],
    );
    expect(await app.store.dialogCounts(['course'])).toEqual([{ unused: 1, used: 1 }]);
    expect(await app.store.dialogs([{ profileId: 'course', dialogId: usedDialog }])).toMatchObject([
      { id: usedDialog, isUsed: true },
    ]);
  });

  test('returns no id if it is repeated', async () => {
    const app = await openTestApp();
    const { words } = await createCourse(app.store, { teaching: 2 });
    const wordIds = words.map(({ id }) => id);
    expect(await app.ask(Remove, { profileId: 'course', wordIds })).toEqual({ removeWords: wordIds });
    expect(await app.ask(Remove, { profileId: 'course', wordIds })).toEqual({ removeWords: [] });
  });
});

test('a word that was removed and added again is a new word', async () => {
  const app = await openTestApp();
  const { words } = await createCourse(app.store, { learned: 1 });
  await app.ask(Remove, { profileId: 'course', wordIds: words.map(({ id }) => id) });
  const { addWords } = await app.ask(Add, { profileId: 'course', words: [{ text: 'LEARNED 0' }] });
  expect(addWords).toMatchObject({ added: [{ text: 'LEARNED 0', state: 'PENDING' }], existing: [] });
});
