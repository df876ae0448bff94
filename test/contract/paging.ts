import { describe, expect, test } from 'vitest';
import type { Dialog } from '../../src/model/dialog.ts';
import type { Page, PageRequest, Position } from '../../src/model/page.ts';
import { wordId } from '../../src/model/word.ts';
import type { OpenStore } from './opened-store.ts';
import {
  HOSTILE_IDS,
  idsOf,
  present,
  sampleProfile,
  sampleWord,
  sampleWords,
  second,
  storedPool,
  storedWords,
} from './samples.ts';

type Node = Position;
type ReadPage<Of extends Node> = (page: PageRequest) => Promise<Page<Of>>;

export function pagingContract(open: OpenStore): void {
  describe('pages of profiles', () => {
    test('have the oldest first, ordered by id within a millisecond', async () => {
      const { store } = await open();
      const profiles = [
        sampleProfile('old', { createdAt: second(-1) }),
        sampleProfile('B'),
        sampleProfile('a'),
        sampleProfile('a-1'),
        sampleProfile('a1'),
        sampleProfile('b'),
        sampleProfile('0-late', { createdAt: new Date(second(0).getTime() + 1) }),
      ];
      for (const profile of [...profiles].reverse()) await store.createProfile(profile);
      for (const first of [1, 3, 7])
        expect(await everything((page) => store.profilePage(page), first)).toEqual(profiles);
      await expectExactPages((page) => store.profilePage(page), 7);
    });

    test('of an owner have only the profiles of this owner', async () => {
      const { store } = await open();
      const owners = ['alice', null, 'bob', 'alice', 'Alice', 'alic', null];
      const profiles = Array.from({ length: 14 }, (_, index) =>
        sampleProfile(`p${String(index).padStart(2, '0')}`, {
          ownerId: owners[index % owners.length] ?? null,
          createdAt: second(Math.floor(index / 4)),
        }),
      );
      for (const profile of [...profiles].reverse()) await store.createProfile(profile);
      for (const owner of ['alice', 'bob', 'nobody']) {
        const owned = profiles.filter(({ ownerId }) => ownerId === owner);
        expect(await everything((page) => store.profilePage(page, owner), 2)).toEqual(owned);
        await expectExactPages((page) => store.profilePage(page, owner), owned.length);
      }
    });

    test('are empty if there are none', async () => {
      const { store } = await open();
      expect(await store.profilePage({ first: 10, after: null })).toEqual({ nodes: [], hasNextPage: false });
      expect(await store.profilePage({ first: 0, after: null })).toEqual({ nodes: [], hasNextPage: false });
    });
  });

  describe('pages of words', () => {
    test('have the oldest first, ordered by id within a millisecond', async () => {
      const { store } = await open();
      await store.createProfile(sampleProfile('a'));
      const words = sampleWords('a', 12).map((word, index) => ({
        ...word,
        createdAt: second(Math.floor(index / 4)),
      }));
      await store.addWords('a', [...words].reverse());
      await storedWords(store, 'b', 3);
      const ordered = [...words].sort(byAge);
      for (const first of [1, 5, 12])
        expect(await everything((page) => store.wordPage('a', null, page), first)).toEqual(ordered);
      await expectExactPages((page) => store.wordPage('a', null, page), 12);
    });

    test('have the words in the given states only', async () => {
      const { store } = await open();
      const words = await storedWords(store, 'a', 12);
      const learned = await store.setWordState('a', idsOf(words.slice(0, 4)), 'learned');
      const pending = await store.setWordState('a', idsOf(words.slice(6, 10)), 'pending');
      const teaching = [...words.slice(4, 6), ...words.slice(10)];
      const pages = [
        [['learned'], learned],
        [['pending'], pending],
        [['teaching'], teaching],
        [
          ['pending', 'learned'],
          [...learned, ...pending],
        ],
        [
          ['teaching', 'pending', 'teaching'],
          [...words.slice(4, 6), ...pending, ...words.slice(10)],
        ],
        [
          ['teaching', 'pending', 'learned'],
          [...learned, ...words.slice(4, 6), ...pending, ...words.slice(10)],
        ],
        [[], []],
      ] as const;
      for (const [states, expected] of pages) {
        expect(await everything((page) => store.wordPage('a', states, page), 3)).toEqual(expected);
        await expectExactPages((page) => store.wordPage('a', states, page), expected.length);
      }
    });

    test('show each word that stays exactly once, whatever is added and removed meanwhile', async () => {
      const { store } = await open();
      const words = await storedWords(store, 'a', 20);
      const removed = new Set<string>();
      let added = 0;
      const seen = await everything(
        (page) => store.wordPage('a', null, page),
        3,
        async (last) => {
          const next = words[words.findIndex((word) => word.id === last.id) + 2];
          for (const id of next === undefined ? [last.id] : [last.id, next.id]) removed.add(id);
          await store.removeWords('a', [...removed]);
          await store.addWords('a', [
            sampleWord('a', `older ${added}`, { createdAt: second(-1) }),
            sampleWord('a', `same ${added}`, { createdAt: last.createdAt }),
            ...(added < 4 ? [sampleWord('a', `younger ${added}`, { createdAt: second(100 + added) })] : []),
          ]);
          added += 1;
        },
      );
      expect(new Set(idsOf(seen)).size).toBe(seen.length);
      const stayed = words.filter((word) => !removed.has(word.id));
      expect(stayed.length).toBeGreaterThan(5);
      expect(idsOf(seen)).toEqual(expect.arrayContaining(idsOf(stayed)));
      expect([...seen].sort(byAge)).toEqual(seen);
    });

    test('show each word that keeps its state exactly once while others change theirs', async () => {
      const { store } = await open();
      const words = await storedWords(store, 'a', 20);
      const changing = words.filter((_, index) => index % 3 === 0);
      let learned = 0;
      const seen = await everything(
        (page) => store.wordPage('a', ['teaching', 'pending'], page),
        2,
        async () => {
          const next = changing.slice(learned, learned + 2);
          learned += 2;
          if (next.length > 0) await store.setWordState('a', idsOf(next), 'learned');
        },
      );
      expect(new Set(idsOf(seen)).size).toBe(seen.length);
      const stayed = words.filter((_, index) => index % 3 !== 0);
      expect(idsOf(seen)).toEqual(expect.arrayContaining(idsOf(stayed)));
    });

    test('begin after any position, also one that no word ever had', async () => {
      const { store } = await open();
      const words = await storedWords(store, 'a', 4);
      for (const id of [...HOSTILE_IDS, wordId('b', 'x')]) {
        const after = { createdAt: second(1.5), id };
        expect((await store.wordPage('a', null, { first: 9, after })).nodes).toEqual(words.slice(2));
      }
      const before = { createdAt: new Date(-1), id: '' };
      expect((await store.wordPage('a', null, { first: 9, after: before })).nodes).toEqual(words);
      const behind = { createdAt: new Date(8_640_000_000_000_000), id: 'x' };
      expect(await store.wordPage('a', null, { first: 9, after: behind })).toEqual({
        nodes: [],
        hasNextPage: false,
      });
    });

    test('are empty for an unknown profile', async () => {
      const { store } = await open();
      for (const id of ['none', ...HOSTILE_IDS]) {
        const page = { first: 9, after: null };
        expect(await store.wordPage(id, null, page)).toEqual({ nodes: [], hasNextPage: false });
        expect(await store.dialogPage(id, null, page)).toEqual({ nodes: [], hasNextPage: false });
      }
    });
  });

  describe('pages of dialogs', () => {
    test('have the used, the unused or both, oldest first', async () => {
      const { store } = await open();
      const dialogs = await storedPool(store, 'a', 12);
      await storedPool(store, 'b', 3);
      const used: Dialog[] = [];
      const unused: Dialog[] = [];
      const all: Dialog[] = [];
      for (const [index, dialog] of dialogs.entries()) {
        const now = index % 3 === 0 ? await store.markDialogUsed('a', dialog.id, second(99)) : dialog;
        all.push(now);
        (now.isUsed ? used : unused).push(now);
      }
      for (const [isUsed, expected] of [
        [true, used],
        [false, unused],
        [null, all],
      ] as const) {
        for (const first of [1, 5])
          expect(await everything((page) => store.dialogPage('a', isUsed, page), first)).toEqual(expected);
        await expectExactPages((page) => store.dialogPage('a', isUsed, page), expected.length);
      }
    });

    test('show each dialog that stays unused exactly once while others are claimed', async () => {
      const { store } = await open();
      const dialogs = await storedPool(store, 'a', 15);
      let claims = 0;
      const seen = await everything(
        (page) => store.dialogPage('a', false, page),
        2,
        async () => {
          claims += 1;
          await store.claimDialogs('a', 1, second(99), `claim ${claims}`);
        },
      );
      expect(new Set(idsOf(seen)).size).toBe(seen.length);
      expect(idsOf(seen)).toEqual(expect.arrayContaining(idsOf(dialogs.slice(claims))));
    });
  });
}

/** Reads all pages. Each has at most `first` nodes, and exactly `first` if more follow. */
async function everything<Of extends Node>(
  read: ReadPage<Of>,
  first: number,
  between: (last: Of) => Promise<void> = async () => {},
): Promise<Of[]> {
  const nodes: Of[] = [];
  for (let after: Position | null = null; ; ) {
    const page: Page<Of> = await read({ first, after });
    nodes.push(...page.nodes);
    expect(nodes.length, 'a walk of these tests is shorter').toBeLessThan(200);
    if (!page.hasNextPage) return nodes;
    expect(page.nodes).toHaveLength(first);
    const last = present(page.nodes.at(-1));
    await between(last);
    after = { createdAt: last.createdAt, id: last.id };
  }
}

/** `hasNextPage` is true exactly if another node follows, at every position and length. */
async function expectExactPages<Of extends Node>(read: ReadPage<Of>, total: number): Promise<void> {
  const { nodes } = await read({ first: 100, after: null });
  expect(nodes).toHaveLength(total);
  for (const first of [0, 1, total - 1, total, total + 1].filter((length) => length >= 0)) {
    const page = await read({ first, after: null });
    expect(page).toEqual({ nodes: nodes.slice(0, first), hasNextPage: total > first });
  }
  const last = nodes.at(-1);
  if (last === undefined) return;
  const end = { createdAt: last.createdAt, id: last.id };
  expect(await read({ first: 0, after: end })).toEqual({ nodes: [], hasNextPage: false });
  expect(await read({ first: 5, after: end })).toEqual({ nodes: [], hasNextPage: false });
}

function byAge(one: Node, other: Node): number {
  return one.createdAt.getTime() - other.createdAt.getTime() || (one.id < other.id ? -1 : 1);
}
