import type { Dialog } from '../../src/model/dialog.ts';
import type { Draft } from '../../src/model/draft/draft.ts';
import type { DraftContext } from '../../src/model/draft/draft-fault.ts';

export type Line = readonly [text: string, translation: string];

export const german: readonly Line[] = [
  ['Wo ist denn der Hund?', 'Where is the dog?'],
  ['Der Hund schläft unter dem Tisch.', 'The dog is asleep under the table.'],
  ['Oh, ist er müde?', 'Oh, is he tired?'],
  ['Ja, er war den ganzen Tag im Park.', 'Yes, he was in the park all day.'],
];

export function draftOf(lines: readonly Line[], forms?: readonly string[]): Draft {
  const turns = lines.map(([text, translation], i) => ({ speaker: i % 2 ? 'B' : 'A', text, translation }));
  return { turns, ...(forms && { forms }) };
}

export function contextOf(
  word: string,
  of: { pair?: string; earlier?: readonly Dialog[] } = {},
): DraftContext {
  const [targetLanguage = 'de', nativeLanguage = 'en'] = (of.pair ?? 'de en').split(' ');
  const createdAt = new Date(0);
  return {
    word: {
      id: 'w',
      profileId: 'p',
      text: word,
      translation: null,
      state: 'pending',
      memory: null,
      dialogSeries: null,
      createdAt,
    },
    profile: {
      id: 'p',
      ownerId: null,
      name: 'P',
      nativeLanguage,
      targetLanguage,
      level: null,
      refVoiceId: null,
      minDialogs: 12,
      autoTopUp: false,
      maxCallsPerDay: null,
      wordOrder: 'random',
      wordProgress: 'manual',
      createdAt,
    },
    earlier: of.earlier ?? [],
  };
}

export function dialogOf(lines: readonly Line[]): Dialog {
  return {
    id: 'w.0',
    profileId: 'p',
    wordId: 'w',
    turns: draftOf(lines).turns.map((turn) => ({ ...turn, audio: null })),
    isUsed: true,
    usedAt: new Date(0),
    refVoiceId: null,
    generator: 'any/v1',
    style: null,
    selfCheck: null,
    trial: null,
    review: null,
    createdAt: new Date(0),
  };
}
