import type { Draft } from '../../model/draft/draft.ts';
import { draftFault } from '../../model/draft/draft-fault.ts';
import { type DialogRequest, WordFailed } from '../../ports/generator.ts';
import type { ChatMessage, ChatRequest } from './chat.ts';
import type { ChatAnswer } from './completion.ts';
import { dialogPrompt, repairPrompt } from './prompt.ts';
import { type Reading, readAnswer } from './read-answer.ts';
import { withoutMarkdown } from './without-markdown.ts';

/** How often the model may repair an answer that cannot be used. Each repair is a paid call. */
const REPAIRS = 1;
/** An unusable answer is cut to this many characters when it is shown to the model again. */
const LONGEST_QUOTE = 8_000;

/**
 * Lets the model write a dialog, and repair it if it cannot be used.
 *
 * @param call makes one call of the model
 * @returns a draft that passes `draftFault`
 * @throws {WordFailed}, and whatever `call` throws
 */
export async function writeDialog(
  request: DialogRequest,
  call: (chat: Omit<ChatRequest, 'jsonMode'>) => Promise<ChatAnswer>,
): Promise<Draft> {
  const { system, user } = dialogPrompt(request);
  const messages: ChatMessage[] = [
    { role: 'system', content: system },
    { role: 'user', content: user },
  ];
  for (let repairs = 0; ; repairs += 1) {
    const { text, ending } = await call({ messages });
    if (ending === 'refused') throw new WordFailed('The model declines to write about this word.');
    const reading = usable(text, request);
    if ('draft' in reading) return reading.draft;
    if (ending === 'length') throw new WordFailed("The model's answer for this word was cut off.");
    const { fault } = reading;
    if (repairs === REPAIRS) throw new WordFailed(`The model wrote no usable dialog: ${fault}.`);
    messages.push(
      // Some endpoints refuse a message without text.
      { role: 'assistant', content: text.slice(0, LONGEST_QUOTE) || '(nothing)' },
      { role: 'user', content: repairPrompt(fault) },
    );
  }
}

function usable(text: string, request: DialogRequest): Reading {
  const reading = readAnswer(text);
  if ('fault' in reading) return reading;
  const draft = withoutMarkdown(reading.draft, request.word);
  const fault = draftFault(draft, request);
  return fault === null ? { draft } : { fault };
}
