import type { Recording } from '../model/recording.ts';

/**
 * Where recordings are kept, by the hash of what they speak (`recordingHash`), under names of `recordingName`.
 *
 * For every method:
 * - What it finds, measures and reads is whole: of a recording that is being saved, or whose saving was cut off by a
 *   crash, there is nothing to be seen.
 * - A recording that was saved stays as it is; it is never written to again.
 * - Everything may be called at the same time as anything else, from several processes.
 * - A storage that does not answer: AudioStorageFailed.
 */
export interface AudioStorage {
  /** The name of the recording with this hash, whatever its format; null where there is none. */
  find(hash: string): Promise<string | null>;
  /**
   * Keeps a recording; when the promise resolves it survives a crash. Where another caller was faster with the same
   * hash and format, one of the two stays.
   * @returns its name
   */
  save(hash: string, recording: Recording): Promise<string>;
  /** The size in bytes of the recording with this name; null where there is none. The name may be any string. */
  size(name: string): Promise<number | null>;
  /**
   * The bytes from `start` to `end`, both inclusive and within the size, read as they are asked for. Whoever stops
   * asking says so by `return`, as a loop that is left does. A recording that is gone is AudioStorageFailed.
   */
  read(name: string, start: number, end: number): AsyncIterable<Uint8Array>;
}

/** The audio storage cannot be used just now. The message is for the log and holds no secret. */
export class AudioStorageFailed extends Error {
  override readonly name = 'AudioStorageFailed';
}
