import { createHash } from 'node:crypto';

/** A sentence to record. Equal sentences of different dialogs and profiles share one recording. */
export interface Sentence {
  readonly text: string;
  /** The BCP 47 tag of the text's language. */
  readonly language: string;
  /** The reference voice to record it in. */
  readonly voice: string;
}

/**
 * The supported formats: file extensions, each with the content type that recordings are served with. Raw samples are
 * not supported, because a player cannot recognise them without a header.
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

/** Other content types that servers use for these formats. OpenAI's `audio/opus` is Opus in an Ogg container. */
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

/** A recorded sentence. */
export interface Recording {
  readonly format: AudioFormat;
  /** The content of the audio file. Not empty. */
  readonly bytes: Uint8Array;
}

/** The parts of a recording's name. */
export interface RecordingName {
  readonly hash: string;
  readonly format: AudioFormat;
  readonly contentType: string;
}

/**
 * The hash that identifies a sentence's recording: 64 hexadecimal digits, computed from the speech model, the voice,
 * the language and the text. It is the same in every dialog, profile and process.
 */
export function recordingHash(model: string, { voice, language, text }: Sentence): string {
  return createHash('sha256')
    .update(JSON.stringify([voice, model, language, text]))
    .digest('hex');
}

/** The name under which a recording is stored and served. */
export function recordingName(hash: string, format: AudioFormat): string {
  return `${hash}.${format}`;
}

/** Parses the name of a recording. Null if `recordingName` cannot have made it. */
export function parseRecordingName(name: string): RecordingName | null {
  const [, hash, format] = /^([0-9a-f]{64})\.([0-9a-z]+)$/.exec(name) ?? [];
  if (hash === undefined || format === undefined || !isFormat(format)) return null;
  return { hash, format, contentType: FORMATS[format] };
}

/** The format for a content type, ignoring its parameters and case. Null if it is not supported. */
export function audioFormat(contentType: string): AudioFormat | null {
  const type = contentType.split(';', 1).join('').trim().toLowerCase();
  return AUDIO_FORMATS.find((format) => FORMATS[format] === type) ?? ALIASES.get(type) ?? null;
}

function isFormat(extension: string): extension is AudioFormat {
  return Object.hasOwn(FORMATS, extension);
}
