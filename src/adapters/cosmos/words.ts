import { WordNotFound } from '../../model/errors.ts';
import type { Page, PageRequest } from '../../model/page.ts';
import { WORD_STATES, type Word, type WordCounts, type WordState, wordKey } from '../../model/word.ts';
import type { WordKey } from '../../ports/words.ts';
import { concurrently } from './client/concurrently.ts';
import { type StoredDocument, stored } from './client/container.ts';
import { type Containers, createMark, type Tools } from './client/containers.ts';
import { countWhere } from './documents/counting.ts';
import { IS_UNUSED_DIALOG } from './documents/dialog-document.ts';
import { editDocument } from './documents/edit-document.ts';
import { documentsByIds, readByKeys, readEach } from './documents/keyed-reads.ts';
import { readPage } from './documents/listing.ts';
import { removeWhere } from './documents/removal.ts';
import { IS_WORD_IN_STATES, parseWord, wordFields } from './documents/word-document.ts';
import { requireProfile } from './profiles.ts';

export async function addWords(
  tools: Tools,
  profileId: string,
  words: readonly Word[],
): Promise<{ added: Word[]; existing: Word[] }> {
  const [, known] = await Promise.all([
    requireProfile(tools, profileId),
    findKnownWords(tools, profileId, words),
  ]);
  const results = await concurrently(words, async (word) => {
    const existing = known.byId.get(word.id) ?? known.byKey.get(wordKey(word.text));
    if (existing !== undefined) return { existing };
    const created = await tools.words.create(profileId, wordFields(word), createMark(tools.newId));
    if (created !== null) return { added: word };
    return { existing: parseWord(await tools.words.read(profileId, word.id)) };
  });
  return {
    added: results.flatMap(({ added }) => added ?? []),
    existing: results.flatMap(({ existing }) => existing ?? []),
  };
}

/**
 * The words of a profile by their ids and keys: those asked for, and all of other writers, whose ids tell nothing
 * and whose texts no query compares as `wordKey` does.
 */
async function findKnownWords(
  { words }: Containers,
  profileId: string,
  asked: readonly Word[],
): Promise<{ byId: ReadonlyMap<string, Word>; byKey: ReadonlyMap<string, Word> }> {
  const query = {
    select: 'c.id, c.profile_id, c.text, c.translation, c.state, c.created_at',
    where: `${IS_WORD_IN_STATES} AND (ARRAY_CONTAINS(@ids, c.id) OR NOT IS_DEFINED(c.create_token))`,
    values: { '@states': WORD_STATES, '@ids': asked.map((word) => word.id) },
  };
  const found = await words.queryProfile(profileId, query, parseWord);
  return {
    byId: new Map(found.map((word) => [word.id, word])),
    byKey: new Map(found.map((word) => [wordKey(word.text), word])),
  };
}

export function wordsByKeys(tools: Containers, keys: readonly WordKey[]): Promise<(Word | null)[]> {
  return readByKeys(
    keys,
    (key) => key.wordId,
    async (profileId, ids) => {
      const words = await documentsByIds(tools.words, profileId, ids, parseWord);
      return new Map(words.map((word) => [word.id, word]));
    },
  );
}

export function wordPage(
  { words }: Containers,
  profileId: string,
  states: readonly WordState[] | null,
  request: PageRequest,
): Promise<Page<Word>> {
  const values = { '@states': states ?? WORD_STATES };
  const listing = { container: words, profileId, where: IS_WORD_IN_STATES, values, parse: parseWord };
  return readPage(listing, request);
}

export function wordCounts({ words }: Containers, profileIds: readonly string[]): Promise<WordCounts[]> {
  return readEach(profileIds, async (profileId) => {
    const count = (state: WordState) =>
      countWhere(words, profileId, IS_WORD_IN_STATES, { '@states': [state] });
    const [pending, teaching, learned] = await Promise.all([
      count('pending'),
      count('teaching'),
      count('learned'),
    ]);
    return { pending, teaching, learned };
  });
}

export async function setWordState(
  tools: Containers,
  profileId: string,
  wordIds: readonly string[],
  state: WordState,
): Promise<Word[]> {
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
    const edited = await editDocument(tools.words, profileId, document, (current) =>
      current.state === state ? null : { state },
    );
    const word = parseWord(edited);
    if (word === null) throw new WordNotFound(document.id);
    return word;
  });
}

export async function removeWords(
  tools: Containers,
  profileId: string,
  wordIds: readonly string[],
): Promise<string[]> {
  const [, documents] = await Promise.all([
    requireProfile(tools, profileId),
    findWordDocuments(tools, profileId, wordIds),
  ]);
  const ids = [...new Set(wordIds)].filter((id) => documents.has(id));
  if (ids.length === 0) return [];
  const removeDialogs = () =>
    removeWhere(tools.dialogs, profileId, `${IS_UNUSED_DIALOG} AND ARRAY_CONTAINS(@words, c.word_id)`, {
      '@words': ids,
    });
  // The dialogs first, so that a removal that was cut short can be asked for again; and once more, since a top-up
  // may have made others until the word was gone. One that is stored later stays.
  await removeDialogs();
  const removed = await concurrently(ids, async (id) => {
    const document = documents.get(id) ?? null;
    return (await removeWord(tools, profileId, document)) ? id : null;
  });
  await removeDialogs();
  return removed.filter((id) => id !== null);
}

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

/** The documents of those words that the profile has, by their ids. */
async function findWordDocuments(
  { words }: Containers,
  profileId: string,
  wordIds: readonly string[],
): Promise<Map<string, StoredDocument>> {
  const found = await documentsByIds(words, profileId, wordIds, (document) =>
    parseWord(document) === null ? null : stored(document),
  );
  return new Map(found.map((document) => [document.id, document]));
}
