import type { Recording } from '../model/recording.ts';

/**
 * Stores recordings. A recording is found by the hash of what it speaks (`recordingHash`), and has a name
 * (`recordingName`).
 *
 * For every method:
 * - Only complete recordings are visible. One that is being saved, or whose saving was interrupted by a crash, is not.
 * - A saved recording never changes.
 * - Calls may run at the same time, from several processes.
 * - AudioStorageFailed is thrown if the storage does not answer or refuses.
 */
export interface AudioStorage {
  /** Resolves if a recording can be saved now. To be called before one is paid for. */
  checkWritable(): Promise<void>;
  /** The name of the recording with this hash, in any format; null if there is none. */
  find(hash: string): Promise<string | null>;
  /**
   * Saves a recording. When the promise resolves, it survives a crash. If another caller saves one with the same hash and
   * format at the same time, one of the two is kept.
   * @returns its name
   */
  save(hash: string, recording: Recording): Promise<string>;
  /** The size of the recording with this name, in bytes; null if there is none. The name may be any text. */
  size(name: string): Promise<number | null>;
  /**
   * Reads a range of bytes in pieces, each when the iterator is asked for it. A caller that stops early must call the
   * iterator's `return`, as a `for await` loop does.
   * @param start the first byte, from 0
   * @param end the last byte, less than the size
   * @throws {AudioStorageFailed} also if the recording does not exist
   */
  read(name: string, start: number, end: number): AsyncIterable<Uint8Array>;
}

/** The audio storage cannot be used now. The message is for the log and holds no secret. */
export class AudioStorageFailed extends Error {
  override readonly name = 'AudioStorageFailed';
}
