import { z } from 'zod';
import { WordNotFound } from '../../model/errors.ts';
import { WORD_STATES, type Word, type WordState, wordKey } from '../../model/word.ts';
import type { WordStore } from '../../ports/words.ts';
import { concurrently } from './client/concurrently.ts';
import { type StoredDocument, stored } from './client/container.ts';
import type { Containers, Tools } from './client/containers.ts';
import { countWhere } from './documents/counting.ts';
import { createToken } from './documents/create-token.ts';
import { IS_UNUSED_DIALOG } from './documents/dialog-document.ts';
import { editDocument } from './documents/edit-document.ts';
import { documentsByIds, readByKeys, readEach } from './documents/keyed-reads.ts';
import { readPage } from './documents/listing.ts';
import { removeWhere } from './documents/removal.ts';
import { IS_WORD_IN_STATES, parseWord, WORD_FIELDS, wordFields } from './documents/word-document.ts';
import { requireProfile } from './profiles.ts';

/** What `learnedTexts` reads of a word. */
const textOnly = z.object({ text: z.string() });

type WordMethods = Omit<WordStore, 'drawWords' | 'lastWordId'>;

export function wordMethods(tools: Tools): WordMethods {
  const { words, dialogs, newId } = tools;
  return {
    async addWords(profileId, asked) {
      const [, known] = await Promise.all([
        requireProfile(tools, profileId),
        findKnownWords(tools, profileId, asked),
      ]);
      const results = await concurrently(asked, async (word) => {
        const existing = known.byId.get(word.id) ?? known.byKey.get(wordKey(word.text));
        if (existing !== undefined) return { existing };
        const created = await words.create(profileId, wordFields(word), createToken(newId));
        if (created !== null) return { added: word };
        return { existing: parseWord(await words.read(profileId, word.id)) };
      });
      return {
        added: results.flatMap(({ added }) => added ?? []),
        existing: results.flatMap(({ existing }) => existing ?? []),
      };
    },

    words: (keys) =>
      readByKeys(
        keys,
        (key) => key.wordId,
        async (profileId, ids) => {
          const found = await documentsByIds(words, profileId, ids, parseWord);
          return new Map(found.map((word) => [word.id, word]));
        },
      ),

    wordPage(profileId, states, request) {
      const values = { '@states': states ?? WORD_STATES };
      const listing = { container: words, profileId, where: IS_WORD_IN_STATES, values, parse: parseWord };
      return readPage(listing, request);
    },

    learnedTexts(profileId, limit) {
      const query = {
        select: 'c.text',
        top: limit,
        where: IS_WORD_IN_STATES,
        values: { '@states': ['learned'] },
      };
      return words.queryProfile(profileId, query, (found) => textOnly.parse(found).text);
    },

    wordCounts: (profileIds) =>
      readEach(profileIds, async (profileId) => {
        const count = (state: WordState) =>
          countWhere(words, profileId, IS_WORD_IN_STATES, { '@states': [state] });
        const [pending, teaching, learned] = await Promise.all([
          count('pending'),
          count('teaching'),
          count('learned'),
        ]);
        return { pending, teaching, learned };
      }),

    async setWordState(profileId, wordIds, state) {
      const [, documents] = await Promise.all([
        requireProfile(tools, profileId),
        findWordDocuments(tools, profileId, wordIds),
      ]);
      const asked = [...new Set(wordIds)].map((id) => {
        const document = documents.get(id);
        if (document === undefined) throw new WordNotFound(id);
        return document;
      });
      return concurrently(asked, async (document) => {
        const edited = await editDocument(words, profileId, document, (current) =>
          current.state === state ? null : { state },
        );
        const word = parseWord(edited);
        if (word === null) throw new WordNotFound(document.id);
        return word;
      });
    },

    /**
     * Removes the dialogs before the words, so that a removal that was interrupted can be repeated, and again after
     * them, because a top-up may have stored some until the words were removed. A dialog that is stored later stays.
     */
    async removeWords(profileId, wordIds) {
      const [, documents] = await Promise.all([
        requireProfile(tools, profileId),
        findWordDocuments(tools, profileId, wordIds),
      ]);
      const ids = [...new Set(wordIds)].filter((id) => documents.has(id));
      if (ids.length === 0) return [];
      const where = `${IS_UNUSED_DIALOG} AND ARRAY_CONTAINS(@words, c.word_id)`;
      const removeDialogs = () => removeWhere(dialogs, profileId, where, { '@words': ids });
      await removeDialogs();
      const removed = await concurrently(ids, async (id) =>
        (await removeWord(tools, profileId, documents.get(id) ?? null)) ? id : null,
      );
      await removeDialogs();
      return removed.filter((id) => id !== null);
    },
  };
}

/**
 * The existing words that new ones may be equal to, by id and by key. The words of this store have ids that follow from
 * their keys, so only those with the ids of the new words are read. The words of other programs have any ids, and no
 * query compares texts as `wordKey` does, so all of them are read.
 */
async function findKnownWords(
  { words }: Containers,
  profileId: string,
  asked: readonly Word[],
): Promise<{ byId: ReadonlyMap<string, Word>; byKey: ReadonlyMap<string, Word> }> {
  const query = {
    select: WORD_FIELDS,
    where: `${IS_WORD_IN_STATES} AND (ARRAY_CONTAINS(@ids, c.id) OR NOT IS_DEFINED(c.create_token))`,
    values: { '@states': WORD_STATES, '@ids': asked.map((word) => word.id) },
  };
  const found = await words.queryProfile(profileId, query, parseWord);
  return {
    byId: new Map(found.map((word) => [word.id, word])),
    byKey: new Map(found.map((word) => [wordKey(word.text), word])),
  };
}

/** Deletes a word, whatever its version. @returns whether this call deleted it */
async function removeWord(
  { words }: Containers,
  profileId: string,
  document: StoredDocument | null,
): Promise<boolean> {
  let current = document;
  while (current !== null && parseWord(current) !== null) {
    const result = await words.remove(profileId, current.id, current._etag);
    if (result !== 'changed') return result === 'removed';
    current = await words.read(profileId, current.id);
  }
  return false;
}

/** The documents of the words that exist, by their ids. */
export async function findWordDocuments(
  { words }: Containers,
  profileId: string,
  wordIds: readonly string[],
): Promise<Map<string, StoredDocument>> {
  const found = await documentsByIds(words, profileId, wordIds, (document) =>
    parseWord(document) === null ? null : stored(document),
  );
  return new Map(found.map((document) => [document.id, document]));
}
