import { FairQueue } from '../../concurrency/fair-queue.ts';
import type { Profile } from '../../model/profile.ts';
import { hiddenCharacter } from '../../model/visible-text.ts';
import type { Word } from '../../model/word.ts';
import { type DialogGenerator, GeneratorFailed, WordFailed, WordPostponed } from '../../ports/generator.ts';
import type { Log } from '../../ports/log.ts';
import { CallFailed } from '../endpoint/call-failed.ts';
import type { EndpointTools } from '../endpoint/endpoint.ts';
import { type ChatConfig, chatEndpoint } from './chat.ts';
import { HourlyCallCap } from './hourly-call-cap.ts';
import { promptVersions } from './instructions.ts';
import { ModelBreaker } from './model-breaker.ts';
import { RetryingCaller } from './retrying-caller.ts';
import { stylesFor } from './styles.ts';
import { writeDialog } from './write-dialog.ts';

/** How to call the model. */
export interface LlmOptions extends ChatConfig {
  /** Calls that may be under way at once in this process, over all profiles; at least 1. */
  readonly concurrency: number;
  /** Calls within any sixty minutes in this process, over all profiles, at least 1; null for no limit. */
  readonly maxCallsPerHour: number | null;
}

/** A generator whose dialogs are written by a model behind an OpenAI-compatible endpoint. Creating it sends nothing. */
export function llmGenerator(
  options: LlmOptions,
  { clock, giveUp, log }: EndpointTools & { log: Log },
): DialogGenerator {
  const { model, concurrency, maxCallsPerHour } = options;
  const breaker = new ModelBreaker(clock, log);
  const queue = new FairQueue(() => (breaker.isOnTrial ? 1 : concurrency));
  const caller = new RetryingCaller({
    chat: chatEndpoint(options, { clock, giveUp }),
    cap: new HourlyCallCap(maxCallsPerHour, clock),
    breaker,
    concurrency,
    clock,
    log,
  });

  return {
    name: model,
    versions: promptVersions(model),
    concurrency,
    styles: stylesFor,
    async generate(request, options) {
      breaker.check();
      // The dialog would have to contain the character, and no dialog may.
      const hidden = hiddenCharacter(request.word.text);
      if (hidden !== null) {
        throw new WordFailed(`The word has the invisible character ${hidden}; remove it and add it without.`);
      }
      return queue.run([sharerOf(request.profile)], async () => {
        if (breaker.isOnTrial && breaker.excuses(request.word)) {
          throw new WordPostponed('other words show first whether the model works again');
        }
        try {
          const draft = await writeDialog(request, (chat) => caller.call(chat, options));
          breaker.succeeded(request.word);
          return draft;
        } catch (error) {
          const failure = error instanceof CallFailed ? outcomeOf(error, request.word) : error;
          throw failure instanceof WordFailed ? breaker.wordFailed(request.word, failure) : failure;
        }
      });
    },
  };

  function outcomeOf({ kind, message, detail, retryAfterMs }: CallFailed, word: Word): Error {
    if (kind === 'given-up') return new GeneratorFailed(message);
    if (kind === 'content') return new WordFailed('The provider does not allow a dialog about this word.');
    if (kind === 'answer') return new WordFailed("The model's answer for this word was too long.");
    if (kind === 'request' && caller.hasBeenAnswered) {
      return new WordFailed('The provider does not accept the request for this word.');
    }
    // A provider that asks for a pause is at fault itself.
    const mayBeWord =
      retryAfterMs === null && (kind === 'passing' || kind === 'timeout' || kind === 'request');
    const suspect = mayBeWord ? word : null;
    if (suspect !== null && !breaker.isDown && breaker.excuses(suspect)) {
      return new WordFailed('The provider fails for this word again and again.');
    }
    return breaker.failed({ message, detail, suspect, pauseMs: retryAfterMs ?? 0 });
  }
}

/** Whose words take turns at the model: the owner's, however many profiles it has, or those of a profile without one. */
function sharerOf({ id, ownerId }: Profile): string {
  return ownerId === null ? `profile ${id}` : `owner ${ownerId}`;
}
