import { z } from 'zod';
import type { Word } from '../../model/word.ts';
import { concurrently } from './client/concurrently.ts';
import type { StoredDocument } from './client/container.ts';
import type { Containers } from './client/containers.ts';
import { editDocument } from './documents/edit-document.ts';
import { memoryFields } from './documents/memory-fields.ts';
import { parseWord } from './documents/word-document.ts';

/** Fields of an object, also those that other programs added. */
const looseObject = z.looseObject({}).catch({});

/**
 * Changes the state and the memory of words, several at once.
 * @param change computes the word as it is to be; null leaves it as it is
 * @returns the words as they are then, without those that were removed, in the given order
 */
export async function editWords(
  { words }: Containers,
  profileId: string,
  documents: readonly StoredDocument[],
  change: (word: Word) => Word | null,
): Promise<Word[]> {
  const edited = await concurrently(documents, (document) =>
    editDocument(words, profileId, document, (current) => {
      const word = parseWord(current);
      const changed = word && change(word);
      if (changed === null) return null;
      const memory = changed.memory && {
        ...looseObject.parse(current.memory),
        ...memoryFields(changed.memory),
      };
      return { state: changed.state, memory };
    }),
  );
  return edited.flatMap((document) => (document && parseWord(document)) ?? []);
}
