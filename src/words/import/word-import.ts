import { FairQueue } from '../../concurrency/fair-queue.ts';
import { nextTurn } from '../../concurrency/fair-turns.ts';
import type { Clock, NewId } from '../../ports/clock.ts';
import type { Card, DeckReader, NoteType } from '../../ports/decks.ts';
import type { Events } from '../../ports/events.ts';
import { existingProfile } from '../../ports/existing-profile.ts';
import type { MemoryOfHistory } from '../../ports/memory-of-history.ts';
import type { Store } from '../../ports/store.ts';
import { applyImport, type ImportOptions, type ImportResult } from './apply-import.ts';
import {
  type DeckImportResult,
  type DeckMapping,
  type DescribedNoteType,
  deckEntries,
  described,
} from './deck-import.ts';
import { memoryOfCards } from './deck-memory.ts';
import { readTable, type WordTable } from './read-table.ts';

/** The most tables that are imported at once; the others wait. Each takes some 20 MB of memory. */
const MAX_TABLES = 2;

/** Imports words from other programs. Every method can also throw StoreUnavailable. */
export interface WordImport {
  /**
   * Adds the words of a table to a profile, as `applyImport` does.
   * @param table its text has been checked against its limit
   * @throws {ProfileNotFound | BadUserInput} and adds nothing
   */
  importTable(profileId: string, table: WordTable, options: ImportOptions): Promise<ImportResult>;
  /**
   * Describes the note types of a package, from which the caller chooses a mapping for `importDeck`.
   * @throws {ProfileNotFound} before a byte is read
   * @throws {BadDeck | TooManyRequests}
   */
  describeDeck(profileId: string, deck: DeckSource): Promise<DescribedNoteType[]>;
  /**
   * Adds the notes of a package to a profile, as `applyImport` does. Notes with suspended cards only are left out.
   * @throws {ProfileNotFound} before a byte is read
   * @throws {BadDeck | TooManyRequests | BadUserInput} and adds nothing
   */
  importDeck(
    profileId: string,
    deck: DeckSource,
    mapping: DeckMapping,
    options: ImportOptions,
  ): Promise<DeckImportResult>;
}

/** A package that a client is sending. */
export interface DeckSource {
  readonly bytes: AsyncIterable<Uint8Array>;
  /** Ends the reading. */
  readonly signal: AbortSignal;
}

interface WordImportDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly newId: NewId;
  /** Told when words were added. */
  readonly events: Events;
  readonly decks: DeckReader;
  readonly memoryOfHistory: MemoryOfHistory;
}

export function createWordImport(deps: WordImportDeps): WordImport {
  const tables = new FairQueue(() => MAX_TABLES);
  return {
    importTable(profileId, table, options) {
      return tables.run([profileId], async () =>
        applyImport(deps, profileId, readTable(table, deps.clock.now()), options),
      );
    },

    async describeDeck(profileId, { bytes, signal }) {
      await existingProfile(deps.store, profileId);
      return deps.decks.withDeck(bytes, ({ noteTypes }) => describedInTurns(noteTypes), signal);
    },

    async importDeck(profileId, { bytes, signal }, mapping, options) {
      await existingProfile(deps.store, profileId);
      return deps.decks.withDeck(
        bytes,
        async (deck) => {
          const now = deps.clock.now();
          const memoryOf = (cards: readonly Card[]) => memoryOfCards(cards, deps.memoryOfHistory, now);
          const { entries, suspended } = deckEntries(deck, mapping, memoryOf);
          const result = await applyImport(deps, profileId, entries, options);
          return { ...result, suspended: suspended() };
        },
        signal,
      );
    },
  };
}

async function describedInTurns(noteTypes: readonly NoteType[]): Promise<DescribedNoteType[]> {
  const descriptions: DescribedNoteType[] = [];
  for (const noteType of noteTypes) {
    const turn = nextTurn(noteTypes);
    if (turn) await turn;
    descriptions.push(described(noteType));
  }
  return descriptions;
}
