import { audioFormat, type Recording } from '../../model/recording.ts';
import type { Random } from '../../ports/clock.ts';
import { SentenceFailed, type Voice, VoiceFailed } from '../../ports/voice.ts';
import { CallFailed } from '../endpoint/call-failed.ts';
import {
  createEndpoint,
  type EndpointAnswer,
  type EndpointConfig,
  type EndpointTools,
} from '../endpoint/endpoint.ts';

/** An endpoint that speaks OpenAI's protocol for speech. */
export interface SpeechOptions extends EndpointConfig {
  readonly model: string;
  /** Sentences that may be spoken at once, at least 1. */
  readonly concurrency: number;
}

/** Every browser plays it. A recording is stored in the format that the answer names. */
const REQUESTED_FORMAT = 'mp3';
/** The largest recording, in bytes. A minute of speech takes one megabyte as MP3 and five as uncompressed WAV. */
const LARGEST_BYTES = 10 * 1024 * 1024;
/** Pauses before the second and the third attempt. Each is varied by up to a quarter. */
const BACKOFF_MS = [500, 1_000];
/** A call that must wait longer is given up. The next top-up tries again. */
const LONGEST_WAIT_MS = 10_000;

/**
 * A voice behind `POST /audio/speech`. The protocol has no field for the language: the server infers it from the text.
 * An attempt that timed out is not repeated, since it may have been paid for.
 * @throws {TypeError} if the key has characters that an HTTP header cannot hold
 */
export function createSpeech(
  { model, concurrency, ...config }: SpeechOptions,
  { random, ...tools }: EndpointTools & { random: Random },
): Voice {
  const endpoint = createEndpoint(
    {
      ...config,
      path: '/audio/speech',
      accept: 'audio/*',
      server: 'the speech service',
      urlVariable: 'TTS_BASE_URL',
    },
    tools,
  );

  /** How long to wait before the next attempt, in milliseconds; null if there is none. */
  function waitAfter({ kind, retryAfterMs }: CallFailed, attempt: number): number | null {
    const backoff = BACKOFF_MS[attempt - 1];
    if (backoff === undefined || (kind !== 'passing' && kind !== 'unavailable')) return null;
    const wait = retryAfterMs ?? backoff * (0.75 + random() / 2);
    return wait <= LONGEST_WAIT_MS ? wait : null;
  }

  return {
    model,
    concurrency,
    async speak({ text, voice }, signal) {
      const body = { model, input: text, voice, response_format: REQUESTED_FORMAT };
      for (let attempt = 1; ; attempt += 1) {
        if (signal.aborted) throw new SentenceFailed('no further attempt is made');
        try {
          return await endpoint.post(body, recordingOf);
        } catch (error) {
          if (!(error instanceof CallFailed)) throw error;
          const wait = waitAfter(error, attempt);
          if (wait === null) throw reported(error);
          await tools.clock.sleep(wait, signal);
        }
      }
    },
  };
}

async function recordingOf({ contentType, read }: EndpointAnswer): Promise<Recording> {
  const format = audioFormat(contentType);
  if (format === null) {
    const shown = JSON.stringify(contentType.slice(0, 100));
    throw new SentenceFailed(`the answer is not audio of a known format: ${shown}`);
  }
  const bytes = await read(LARGEST_BYTES);
  if (bytes.length === 0) throw new SentenceFailed('the answer is empty');
  return { format, bytes };
}

/** The failure of a call in the words of the port. */
function reported({ kind, message, detail }: CallFailed): SentenceFailed | VoiceFailed {
  const isWhole = kind === 'lasting' || kind === 'unavailable';
  const shown = detail === null ? message : `${message}: ${detail}`;
  return isWhole ? new VoiceFailed(shown) : new SentenceFailed(shown);
}
