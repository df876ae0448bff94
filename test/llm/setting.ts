import { inspect } from 'node:util';
import { type LlmOptions, llmGenerator } from '../../src/adapters/llm/generator.ts';
import type { Dialog } from '../../src/model/dialog.ts';
import type { Draft } from '../../src/model/draft/draft.ts';
import type { Profile } from '../../src/model/profile.ts';
import type { Usage } from '../../src/model/spend.ts';
import type { Word } from '../../src/model/word.ts';
import { type DialogRequest, FREE_OF_CHARGE } from '../../src/ports/generator.ts';
import type { Log } from '../../src/ports/log.ts';
import { HastyClock } from '../support/hasty-clock.ts';
import { NEVER } from '../support/never.ts';
import { type Provider, type Script, startProvider } from './provider.ts';

export const KEY = 'sk-test-4f1c9a7be2d85036';

interface LogEntry {
  readonly level: string;
  readonly fields: object;
  readonly message: string;
}

function keptLog(entries: LogEntry[]): Log {
  const at = (level: string) => (fields: object, message: string) => {
    entries.push({ level, fields, message });
  };
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

export const profile: Profile = {
  id: 'ana',
  ownerId: null,
  name: 'Ana',
  nativeLanguage: 'en',
  targetLanguage: 'de',
  level: 'A2',
  refVoiceId: null,
  minDialogs: 12,
  autoTopUp: false,
  maxCallsPerDay: null,
  wordOrder: 'random',
  wordProgress: 'manual',
  createdAt: new Date(0),
};

export function wordOf(text: string, of: Partial<Word> = {}): Word {
  return {
    id: `id-${text}`,
    profileId: 'ana',
    text,
    translation: null,
    state: 'teaching',
    memory: null,
    dialogSeries: null,
    createdAt: new Date(0),
    ...of,
  };
}

export function dialogOf(texts: readonly string[]): Dialog {
  return {
    id: 'd.0',
    profileId: 'ana',
    wordId: 'd',
    turns: texts.map((text, i) => ({ speaker: i % 2 ? 'B' : 'A', text, translation: null, audio: null })),
    isUsed: true,
    usedAt: new Date(0),
    refVoiceId: null,
    generator: 'template/v2',
    style: null,
    selfCheck: null,
    trial: null,
    review: null,
    createdAt: new Date(0),
  };
}

/** The parts of a request for the first dialog of a word and a learner. */
const NOTHING_ELSE = { number: 0, earlier: [], style: null, known: [], liked: [], disliked: [] };

/** A generator whose provider follows a script, with everything that can be observed of the two. */
export interface Setting {
  readonly provider: Provider;
  readonly clock: HastyClock;
  readonly log: readonly LogEntry[];
  /** The usage of every call reported as paid. */
  readonly paid: readonly Usage[];
  readonly name: string;
  readonly versions: readonly string[];
  write(word: string, request?: Partial<DialogRequest>): Promise<Draft>;
  /** For each word the name and message of its error, or null if it got its draft. */
  writeAll(words: readonly string[]): Promise<(string | null)[]>;
  /** Everything that people may read: all log entries, and all errors with their properties and causes. */
  visible(): string;
}

export async function setting(script: Script, options: Partial<LlmOptions> = {}): Promise<Setting> {
  const provider = await startProvider(script);
  const clock = new HastyClock();
  const log: LogEntry[] = [];
  const paid: Usage[] = [];
  const thrown: unknown[] = [];
  const generator = llmGenerator(
    {
      baseUrl: provider.baseUrl,
      apiKey: KEY,
      model: 'test-chat',
      concurrency: 4,
      timeoutMs: 10_000,
      maxCallsPerHour: null,
      ...options,
    },
    { clock, log: keptLog(log), giveUp: NEVER },
  );
  async function write(word: string, request: Partial<DialogRequest> = {}): Promise<Draft> {
    try {
      return await generator.generate(
        { ...NOTHING_ELSE, profile, word: wordOf(word), version: 'test-chat/v2', ...request },
        { ...FREE_OF_CHARGE, onCall: (usage) => paid.push(usage) },
      );
    } catch (error) {
      thrown.push(error);
      throw error;
    }
  }
  return {
    provider,
    clock,
    log,
    paid,
    name: generator.name,
    versions: generator.versions,
    write,
    writeAll: (words) => Promise.all(words.map((word) => write(word).then(() => null, String))),
    visible: () => inspect({ log, thrown }, { depth: 20, maxStringLength: null, showHidden: true }),
  };
}
