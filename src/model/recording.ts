import { createHash } from 'node:crypto';

/** What is to be heard. The same sentence is recorded once, whichever dialogs and profiles it stands in. */
export interface Sentence {
  readonly text: string;
  /** BCP 47 tag. */
  readonly language: string;
  /** The reference voice that speaks it. */
  readonly voice: string;
}

/**
 * The formats that may be kept, by the extension of their names, each with the content type it is served with.
 * Raw samples are not among them: without a header no player can tell what they are.
 */
const FORMATS = {
  mp3: 'audio/mpeg',
  wav: 'audio/wav',
  ogg: 'audio/ogg',
  aac: 'audio/aac',
  flac: 'audio/flac',
  m4a: 'audio/mp4',
  webm: 'audio/webm',
} as const;
export type AudioFormat = keyof typeof FORMATS;
export const AUDIO_FORMATS = Object.keys(FORMATS).filter(isFormat);

/** Other names that servers have for these content types. OpenAI's `audio/opus` is Opus in an Ogg container. */
const ALIASES: ReadonlyMap<string, AudioFormat> = new Map([
  ['audio/mp3', 'mp3'],
  ['audio/mpeg3', 'mp3'],
  ['audio/x-wav', 'wav'],
  ['audio/wave', 'wav'],
  ['audio/vnd.wave', 'wav'],
  ['audio/opus', 'ogg'],
  ['audio/aacp', 'aac'],
  ['audio/x-flac', 'flac'],
  ['audio/x-m4a', 'm4a'],
]);

/** A sentence as it was spoken. */
export interface Recording {
  readonly format: AudioFormat;
  /** The whole file; not empty. */
  readonly bytes: Uint8Array;
}

/** A name of a recording, taken apart. */
export interface RecordingName {
  readonly hash: string;
  readonly format: AudioFormat;
  readonly contentType: string;
}

/**
 * The address of a sentence's recording: 64 hexadecimal digits made from the model, the voice, the language and the
 * text. It is the same in every dialog, profile and process.
 */
export function recordingHash(model: string, { voice, language, text }: Sentence): string {
  return createHash('sha256')
    .update(JSON.stringify([voice, model, language, text]))
    .digest('hex');
}

/** The name that a recording is kept and served under. */
export function recordingName(hash: string, format: AudioFormat): string {
  return `${hash}.${format}`;
}

/** Takes a name apart; null where `recordingName` cannot have made it. */
export function parseRecordingName(name: string): RecordingName | null {
  const [, hash, format] = /^([0-9a-f]{64})\.([0-9a-z]+)$/.exec(name) ?? [];
  if (hash === undefined || format === undefined || !isFormat(format)) return null;
  return { hash, format, contentType: FORMATS[format] };
}

/** The format of a content type, its parameters and case disregarded; null where it may not be kept. */
export function audioFormat(contentType: string): AudioFormat | null {
  const type = contentType.split(';', 1).join('').trim().toLowerCase();
  return AUDIO_FORMATS.find((format) => FORMATS[format] === type) ?? ALIASES.get(type) ?? null;
}

function isFormat(extension: string): extension is AudioFormat {
  return Object.hasOwn(FORMATS, extension);
}
