import type { LearningService } from '../learning/learning-service.ts';
import type { PromptService } from '../learning/prompt-service.ts';
import type { Pool } from '../pool/pool.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { Store } from '../ports/store.ts';
import type { ProfileService } from '../profiles/profile-service.ts';
import type { Voicing } from '../voicing/voicing.ts';
import type { WordExport } from '../words/export/word-export.ts';
import type { WordImport } from '../words/import/word-import.ts';
import type { WordService } from '../words/word-service.ts';

/** The parts of the application that the API is built on. All requests of a process share them. */
export interface Services {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  readonly pool: Pool;
  readonly profiles: ProfileService;
  readonly words: WordService;
  readonly imports: WordImport;
  readonly exports: WordExport;
  readonly voicing: Pick<Voicing, 'voiceDialogs'>;
  readonly learning: Omit<LearningService, 'finish'>;
  readonly prompts: Pick<PromptService, 'prompts' | 'rollBackPrompt'>;
}

/** What the API reads from the store. */
export type Reads = Pick<
  Store,
  | 'profiles'
  | 'profilePage'
  | 'words'
  | 'wordPage'
  | 'wordCounts'
  | 'dialogs'
  | 'dialogPage'
  | 'dialogCounts'
  | 'unusedDialogs'
  | 'voicedTotals'
  | 'topUpRecords'
  | 'topUpPage'
  | 'currentTopUps'
  | 'callsOn'
  | 'learnings'
  | 'learningVersions'
>;

/** What the API changes with, and the pool's other methods. */
export interface Changes
  extends Pick<Services, 'profiles' | 'words' | 'imports' | 'voicing' | 'learning' | 'prompts'> {
  readonly pool: Omit<Pool, 'finish'>;
}
