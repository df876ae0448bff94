import { BadUserInput } from '../../model/errors.ts';
import type { Memory } from '../../model/memory.ts';
import type { WordState } from '../../model/word.ts';
import type { Card, Deck, Note, NoteType } from '../../ports/decks.ts';
import type { ImportResult } from './apply-import.ts';
import { checkedEntry, type EntryCells, type ReadEntry } from './imported-word.ts';
import { plainText } from './plain-text.ts';

/** Which fields of the notes hold the words. Names are compared without regard to case. */
export interface DeckMapping {
  /** The note types to import; if there are none, all that have the field `text`. */
  readonly noteTypes: readonly string[];
  /** The field with the word. */
  readonly text: string;
  /** The field with its translation; null if there is none. */
  readonly translation: string | null;
}

/** A note type, for the choice of a mapping. */
export interface DescribedNoteType {
  readonly name: string;
  /** How many notes of this type the package has. */
  readonly notes: number;
  /** The fields with what they show in the first note, cut to 100 characters. */
  readonly fields: readonly { readonly name: string; readonly sample: string }[];
}

/** The result of an import of a package. The number of a rejected entry is the id of its note. */
export interface DeckImportResult extends ImportResult {
  /** How many notes were left out because all their cards are suspended. */
  readonly suspended: number;
}

/** The most notes of the chosen types in one import. */
const MAX_NOTES = 20_000;
const MAX_SAMPLE = 100;
/** A word whose cards are shown again after this time, in days, is learned. Anki calls such cards mature. */
const LEARNED_INTERVAL_DAYS = 21;
/** The most names that an error lists. */
const MAX_LISTED = 20;

export function described({ name, notes, fields, sample }: NoteType): DescribedNoteType {
  const shown = (index: number) => [...plainText(sample?.[index] ?? '')].slice(0, MAX_SAMPLE).join('');
  return { name, notes, fields: fields.map((field, index) => ({ name: field, sample: shown(index) })) };
}

/**
 * The notes of a package as entries of an import, and how many were left out when the entries have been iterated.
 * @param memoryOf what the answers to the cards of a note have taught
 * @throws {BadUserInput} if the package does not have what the mapping names, or has too many notes of it
 */
export function deckEntries(
  deck: Deck,
  mapping: DeckMapping,
  memoryOf: (cards: readonly Card[]) => Memory | null,
): { readonly entries: AsyncIterable<ReadEntry>; readonly suspended: () => number } {
  const places = placesOf(deck.noteTypes, mapping);
  let suspended = 0;
  async function* entries(): AsyncIterable<ReadEntry> {
    for await (const note of deck.notes()) {
      const place = places.get(note.noteTypeId);
      if (place === undefined) continue;
      const state = stateOf(note.cards);
      if (state === 'suspended') suspended += 1;
      else yield entryOf(note, place, { state, memory: memoryOf(note.cards) });
    }
  }
  return { entries: entries(), suspended: () => suspended };
}

interface FieldPlaces {
  readonly text: number;
  /** -1 if the notes have no such field. */
  readonly translation: number;
}

/** The places of the fields in the chosen note types, by the ids of these. */
function placesOf(all: readonly NoteType[], mapping: DeckMapping): Map<number, FieldPlaces> {
  const named = new Set(mapping.noteTypes.flatMap((name) => typesOf(all, name)));
  const chosen = mapping.noteTypes.length === 0 ? all : [...named];
  const having = chosen.filter(({ fields }) => placeOf(fields, mapping.text) >= 0);
  const lacking = chosen.filter((type) => !having.includes(type));
  if (having.length === 0 || (lacking.length > 0 && mapping.noteTypes.length > 0)) {
    throw noSuchField('text', mapping.text, lacking);
  }
  const { translation } = mapping;
  if (translation !== null && !having.some(({ fields }) => placeOf(fields, translation) >= 0)) {
    throw noSuchField('translation', translation, having);
  }
  const notes = having.reduce((sum, type) => sum + type.notes, 0);
  if (notes > MAX_NOTES) {
    throw new BadUserInput(
      'noteType',
      `the chosen note types have ${notes} notes, and an import takes at most ${MAX_NOTES}; name fewer of them, or export fewer decks from Anki`,
    );
  }
  return new Map(
    having.map(({ id, fields }) => [
      id,
      {
        text: placeOf(fields, mapping.text),
        translation: translation === null ? -1 : placeOf(fields, translation),
      },
    ]),
  );
}

function typesOf(all: readonly NoteType[], name: string): NoteType[] {
  const found = all.filter((type) => isSame(type.name, name));
  if (found.length > 0) return found;
  const names = all.map((type) => type.name);
  throw new BadUserInput('noteType', `the package has no note type ${quoted(name)}; it has ${listed(names)}`);
}

function noSuchField(argument: string, name: string, types: readonly NoteType[]): BadUserInput {
  const names = [...new Set(types.flatMap(({ fields }) => fields))];
  return new BadUserInput(argument, `the notes have no field ${quoted(name)}; they have ${listed(names)}`);
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, MAX_LISTED).map(quoted).join(', ');
  if (names.length === 0) return 'none';
  return names.length > MAX_LISTED ? `${shown} and others` : shown;
}

function quoted(name: string): string {
  return JSON.stringify(name.length > MAX_SAMPLE ? `${name.slice(0, MAX_SAMPLE)}…` : name);
}

function placeOf(fields: readonly string[], name: string): number {
  return fields.findIndex((field) => isSame(field, name));
}

function isSame(one: string, other: string): boolean {
  return one.trim().toLowerCase() === other.trim().toLowerCase();
}

/**
 * The state of the word of a note. Suspended cards do not count. The word is learned if all other cards have an interval
 * of 21 days or more, and pending if all of them are new.
 */
function stateOf(cards: readonly Card[]): WordState | 'suspended' {
  const active = cards.filter(({ isSuspended }) => !isSuspended);
  if (active.length === 0 && cards.length > 0) return 'suspended';
  if (active.every(({ isNew }) => isNew)) return 'pending';
  const isLearned = active.every(
    ({ isNew, intervalDays }) => !isNew && intervalDays >= LEARNED_INTERVAL_DAYS,
  );
  return isLearned ? 'learned' : 'teaching';
}

function entryOf(
  { id, fields }: Note,
  { text, translation }: FieldPlaces,
  learned: Pick<EntryCells, 'state' | 'memory'>,
): ReadEntry {
  const shown = (place: number) => plainText(fields[place] ?? '');
  return checkedEntry(id, {
    text: shown(text),
    translation: shown(translation),
    ...learned,
    createdAt: null,
  });
}
