import { templateGenerator } from '../../src/adapters/template/generator.ts';
import type { Dialog } from '../../src/model/dialog.ts';
import type { Draft } from '../../src/model/draft/draft.ts';
import type { Profile } from '../../src/model/profile.ts';
import type { Word } from '../../src/model/word.ts';
import { type DialogRequest, FREE_OF_CHARGE } from '../../src/ports/generator.ts';

/** Tags of the template's languages. */
export const LANGUAGES = ['en', 'es', 'fr', 'de', 'it', 'pt', 'pt-PT', 'zh-Hans', 'ja'] as const;

/** All pairs of a target language and another native language. */
export const PAIRS = LANGUAGES.flatMap((target) =>
  LANGUAGES.filter((native) => native.slice(0, 2) !== target.slice(0, 2)).map((native) => ({
    target,
    native,
  })),
);

/** The number of scenes, the number of those that use the word, and of those that mention its translation. */
export const SCENES = 16;
export const USING_SCENES = 8;
export const MEANING_SCENES = 4;

/** The past of a first dialog. */
export const NOTHING_BEFORE = { earlier: [], ofWord: [], latest: [], known: [] };

interface Ask {
  readonly target?: string;
  readonly native?: string;
  readonly id?: string;
  readonly text?: string;
  readonly translation?: string | null;
  readonly number?: number;
  readonly earlier?: readonly Dialog[];
  /** The one with the number, of those that the template offers for a first dialog, if it is left out. */
  readonly style?: string | null;
}

/** A request for a dialog, by default of a Spanish word for an English speaker. */
export function request(ask: Ask = {}): DialogRequest {
  const { target = 'es', native = 'en', id = 'word', text = 'perro', translation = 'dog' } = ask;
  const { number = 0, earlier = [] } = ask;
  const [version] = templateGenerator().versions;
  const createdAt = new Date('2024-05-01T10:00:00Z');
  const profile: Profile = {
    id: 'course',
    ownerId: null,
    name: 'Course',
    nativeLanguage: native,
    targetLanguage: target,
    level: null,
    refVoiceId: null,
    minDialogs: 12,
    autoTopUp: false,
    maxCallsPerDay: null,
    wordOrder: 'random',
    wordProgress: 'manual',
    createdAt,
  };
  const word: Word = {
    id,
    profileId: 'course',
    text,
    translation,
    state: 'teaching',
    memory: null,
    dialogSeries: null,
    createdAt,
  };
  const { style = offeredStyle(profile, word, number) } = ask;
  return { profile, word, number, earlier, version, style, known: [], liked: [], disliked: [] };
}

function offeredStyle(profile: Profile, word: Word, number: number): string | null {
  const offered = templateGenerator().styles({ profile, word, ...NOTHING_BEFORE });
  return offered[number % Math.max(1, offered.length)] ?? null;
}

/** The draft that the template writes for a request. */
export function draft(ask: Ask = {}): Promise<Draft> {
  return templateGenerator().generate(request(ask), FREE_OF_CHARGE);
}

/** The drafts of one word with the numbers 0, 1 and so on. */
export function drafts(count: number, ask: Ask = {}): Promise<Draft[]> {
  return Promise.all(Array.from({ length: count }, (_, number) => draft({ ...ask, number })));
}
