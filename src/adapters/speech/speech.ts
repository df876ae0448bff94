import { DelegateBackoff, handleType, retry } from 'cockatiel';
import { readUpTo } from '../../model/read-up-to.ts';
import { audioFormat, type Recording, type Sentence } from '../../model/recording.ts';
import { SentenceFailed, type Voice } from '../../ports/voice.ts';
import { failureOfStatus, failureWithoutAnswer, MayPass } from './failures.ts';

/** An endpoint that speaks OpenAI's protocol. */
export interface SpeechOptions {
  /** The URL that `/audio/speech` is appended to. */
  readonly baseUrl: string;
  /** Null for servers that ask for none. */
  readonly apiKey: string | null;
  readonly model: string;
  readonly concurrency: number;
  /** Of one attempt, from the request to the last byte of its answer. */
  readonly timeoutMs: number;
}

/** Every browser plays it. What the answer is kept as follows the type that the answer really has. */
const FORMAT_ASKED_FOR = 'mp3';
/** A minute of speech is one megabyte as MP3 and five as an uncompressed WAV. */
const LARGEST_BYTES = 10 * 1024 * 1024;
const RETRIES = 2;
const FIRST_PAUSE_MS = 500;

/**
 * A voice behind `POST /audio/speech`. The protocol has no field for the language: the server hears it from the text.
 * An attempt that ran into its deadline is not repeated, since it may be paid for.
 * @throws {TypeError} if the key has characters that an HTTP header cannot hold
 */
export function createSpeech({ baseUrl, apiKey, model, concurrency, timeoutMs }: SpeechOptions): Voice {
  const url = `${baseUrl.replace(/\/+$/, '')}/audio/speech`;
  const headers = requestHeaders(apiKey);
  const retries = retry(handleType(MayPass), {
    maxAttempts: RETRIES,
    backoff: new DelegateBackoff(({ attempt, result }) => {
      const asked = 'error' in result && result.error instanceof MayPass ? result.error.pauseMs : null;
      return asked ?? FIRST_PAUSE_MS * 2 ** (attempt - 1) * (0.75 + Math.random() / 2);
    }),
  });

  async function attempt({ text, voice }: Sentence): Promise<Recording> {
    const response = await fetch(url, {
      method: 'POST',
      headers,
      body: JSON.stringify({ model, input: text, voice, response_format: FORMAT_ASKED_FOR }),
      // A redirect would turn the request into a GET, or send the key to another server.
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
    });
    if (!response.ok) throw await failureOfStatus(response, apiKey);
    return audioOf(response);
  }

  return {
    model,
    concurrency,
    async speak(sentence, signal) {
      try {
        return await retries.execute(async () => {
          if (signal.aborted) throw new SentenceFailed('no more attempts are made');
          try {
            return await attempt(sentence);
          } catch (error) {
            throw failureWithoutAnswer(error, timeoutMs);
          }
        });
      } catch (error) {
        throw error instanceof MayPass ? error.lasting : error;
      }
    },
  };
}

function requestHeaders(apiKey: string | null): Headers {
  const headers = new Headers({ 'content-type': 'application/json', accept: 'audio/*' });
  if (apiKey === null) return headers;
  try {
    headers.set('authorization', `Bearer ${apiKey}`);
  } catch {
    // The error that was caught quotes the key.
    throw new TypeError('the key of the speech service has characters that no header may have');
  }
  return headers;
}

async function audioOf(response: Response): Promise<Recording> {
  const contentType = response.headers.get('content-type') ?? '';
  const format = audioFormat(contentType);
  if (format === null) {
    await response.body?.cancel();
    throw new SentenceFailed(
      `the answer is no audio that can be kept: ${JSON.stringify(contentType.slice(0, 100))}`,
    );
  }
  const bytes = await readUpTo(response.body, LARGEST_BYTES);
  if (bytes === null) throw new SentenceFailed(`the answer is larger than ${LARGEST_BYTES} bytes`);
  if (bytes.length === 0) throw new SentenceFailed('the answer is empty');
  return { format, bytes };
}
