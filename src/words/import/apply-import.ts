import { nextTurn } from '../../concurrency/fair-turns.ts';
import { newDialogSeries, type Word, wordId } from '../../model/word.ts';
import type { Clock, NewId } from '../../ports/clock.ts';
import type { Events } from '../../ports/events.ts';
import { existingProfile } from '../../ports/existing-profile.ts';
import type { Store } from '../../ports/store.ts';
import type { ImportedWord, ReadEntry, RejectedEntry } from './imported-word.ts';

/** How to apply an import. */
export interface ImportOptions {
  /** Whether the other entries are taken if some are rejected. */
  readonly partial: boolean;
  /** Whether the result is reported without adding anything. */
  readonly dryRun: boolean;
}

/** The result of an import. */
export interface ImportResult {
  /** How many words were added, or would be if it is a dry run. 0 if the import was not applied. */
  readonly added: number;
  /** How many words the profile already had. They are unchanged. 0 if the import was not applied. */
  readonly existing: number;
  /** How many entries were left out because an earlier entry has the same word, also if the import was not applied. */
  readonly repeated: number;
  /** The first `MAX_REPORTED` entries that were not taken, in their order. */
  readonly rejected: readonly RejectedEntry[];
  /** How many entries were not taken. */
  readonly rejectedTotal: number;
}

/** The most rejected entries in a result. */
export const MAX_REPORTED = 1_000;
/** How many words are written or looked for at once. A store takes 1,000; half of them keep the event loop half as long. */
const BATCH = 500;

type IdentifiedWord = ImportedWord & Pick<Word, 'id'>;

interface ApplyDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly events: Events;
}

/**
 * Adds the words of an import to a profile. Every entry is checked before the first word is written. If one is rejected,
 * nothing is added, unless the import may be partial. Entries whose texts have the same `wordKey` are one word: the first
 * of them counts. Words that the profile has are left as they are.
 *
 * The words are written in batches of 500, in the order of the import. If the store fails between two batches, the words
 * of the earlier ones are kept, and the same import adds the others.
 * @throws {ProfileNotFound | StoreUnavailable}
 */
export async function applyImport(
  { store, clock, newId, events }: ApplyDeps,
  profileId: string,
  entries: Iterable<ReadEntry> | AsyncIterable<ReadEntry>,
  { partial, dryRun }: ImportOptions,
): Promise<ImportResult> {
  await existingProfile(store, profileId);
  const owner = {};
  const ids = new Set<string>();
  // A dry run needs the ids only, and the words may take 28 MB.
  const words: IdentifiedWord[] = [];
  const rejected: RejectedEntry[] = [];
  let repeated = 0;
  let rejectedTotal = 0;
  for await (const entry of entries) {
    const turn = nextTurn(owner);
    if (turn) await turn;
    if ('word' in entry) {
      const id = wordId(profileId, entry.word.text);
      if (ids.has(id)) repeated += 1;
      else if (!dryRun) words.push({ id, ...entry.word });
      ids.add(id);
      continue;
    }
    rejectedTotal += 1;
    if (rejectedTotal <= MAX_REPORTED) rejected.push(entry);
  }
  const reported = { repeated, rejected, rejectedTotal };
  if (rejectedTotal > 0 && !partial) return { added: 0, existing: 0, ...reported };

  if (dryRun) {
    const existing = await countExisting(store, profileId, [...ids], owner);
    return { added: ids.size - existing, existing, ...reported };
  }
  const counts = { added: 0, existing: 0 };
  for (const batch of newWords(profileId, words, { now: clock.now(), newId })) {
    const { added, existing } = await store.addWords(profileId, batch);
    counts.added += added.length;
    counts.existing += existing.length;
    events.publish({ type: 'poolChanged', profileId });
  }
  return { ...counts, ...reported };
}

/**
 * The words to add in batches, with their dates. Those without a date are a millisecond apart and the last of them is
 * added now, so that lists, which begin with the oldest word, keep the order of the import.
 */
function* newWords(
  profileId: string,
  words: readonly IdentifiedWord[],
  { now, newId }: { readonly now: Date; readonly newId: NewId },
): Iterable<readonly Word[]> {
  let time = now.getTime() - words.length;
  for (const batch of batchesOf(words)) {
    yield batch.map(({ createdAt, memory, ...word }) => {
      time += 1;
      return {
        ...word,
        profileId,
        // Later reviews continue from it.
        memory: memory && { ...memory, base: memory, recent: [] },
        dialogSeries: newDialogSeries(newId),
        createdAt: createdAt ?? new Date(time),
      };
    });
  }
}

function* batchesOf<Item>(items: readonly Item[]): Iterable<readonly Item[]> {
  for (let begin = 0; begin < items.length; begin += BATCH) yield items.slice(begin, begin + BATCH);
}

/** How many of the words the profile has. Words of other programs are found only if their ids follow from their texts. */
async function countExisting(
  store: Store,
  profileId: string,
  ids: readonly string[],
  owner: object,
): Promise<number> {
  let existing = 0;
  for (const batch of batchesOf(ids)) {
    const turn = nextTurn(owner);
    if (turn) await turn;
    const stored = await store.words(batch.map((id) => ({ profileId, wordId: id })));
    existing += stored.filter((word) => word !== null).length;
  }
  return existing;
}
