import { createHash, randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { AUDIO_FORMATS } from '../../src/model/recording.ts';
import { type AudioStorage, AudioStorageFailed } from '../../src/ports/audio-storage.ts';

/** A hash that no other test uses. */
export function newHash(): string {
  return createHash('sha256').update(randomBytes(16)).digest('hex');
}

export async function readAll(
  storage: AudioStorage,
  name: string,
  start: number,
  end: number,
): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of storage.read(name, start, end)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** The contract of the port, as tests that run with each adapter. The storage may hold other recordings. */
export function audioStorageContract(adapter: string, open: () => Promise<AudioStorage>): void {
  describe(`${adapter} stores a recording`, () => {
    test('under the hash and the format, byte for byte', async () => {
      const storage = await open();
      for (const format of AUDIO_FORMATS) {
        const hash = newHash();
        const bytes = randomBytes(1000);
        expect(await storage.save(hash, { format, bytes })).toBe(`${hash}.${format}`);
        expect(await storage.find(hash)).toBe(`${hash}.${format}`);
        expect(await storage.size(`${hash}.${format}`)).toBe(1000);
        expect(await readAll(storage, `${hash}.${format}`, 0, 999)).toEqual(bytes);
      }
    });

    test('and tells before that it can be saved', async () => {
      await (await open()).checkWritable();
    });

    test('of up to ten megabytes', async () => {
      const storage = await open();
      const bytes = randomBytes(10 * 1024 * 1024);
      const name = await storage.save(newHash(), { format: 'wav', bytes });
      expect(await storage.size(name)).toBe(bytes.length);
      expect((await readAll(storage, name, 0, bytes.length - 1)).equals(bytes)).toBe(true);
    });

    test('of which any range of bytes can be read, both ends included', async () => {
      const storage = await open();
      const bytes = randomBytes(200_000);
      const name = await storage.save(newHash(), { format: 'mp3', bytes });
      for (const [start, end] of [
        [0, 0],
        [199_999, 199_999],
        [1, 150_000],
        [65_536, 131_072],
      ] as const) {
        expect((await readAll(storage, name, start, end)).equals(bytes.subarray(start, end + 1))).toBe(true);
      }
    });

    test('that a reader may stop reading in the middle', async () => {
      const storage = await open();
      const name = await storage.save(newHash(), { format: 'mp3', bytes: randomBytes(1_000_000) });
      for await (const chunk of storage.read(name, 0, 999_999)) {
        expect(chunk.length).toBeLessThan(1_000_000);
        break;
      }
      expect(await storage.size(name)).toBe(1_000_000);
    });

    test('and finds none under a hash that was not saved', async () => {
      const storage = await open();
      const hash = newHash();
      await storage.save(newHash(), { format: 'mp3', bytes: randomBytes(10) });
      expect(await storage.find(hash)).toBeNull();
      expect(await storage.size(`${hash}.mp3`)).toBeNull();
      await expect(readAll(storage, `${hash}.mp3`, 0, 9)).rejects.toThrow(AudioStorageFailed);
    });

    test('of which one whole version is kept if several are saved under the same hash at once', async () => {
      const [one, other] = [await open(), await open()];
      const hash = newHash();
      const takes = Array.from({ length: 8 }, () => randomBytes(300_000));
      const names = await Promise.all(
        takes.map((bytes, i) => (i % 2 ? one : other).save(hash, { format: 'mp3', bytes })),
      );
      expect(new Set(names)).toEqual(new Set([`${hash}.mp3`]));
      const kept = await readAll(one, `${hash}.mp3`, 0, 299_999);
      expect(takes.filter((take) => take.equals(kept))).toHaveLength(1);
    });

    test('that is found by another adapter on the same storage', async () => {
      const hash = newHash();
      const name = await (await open()).save(hash, { format: 'ogg', bytes: randomBytes(10) });
      expect(await (await open()).find(hash)).toBe(name);
    });

    test.each([
      '',
      '.',
      '..',
      '../dialog-pool.sqlite',
      '/etc/hostname',
      `${newHash()}`,
      `${newHash()}.`,
      `${newHash()}.txt`,
      `${newHash()}.mp3/`,
      `${newHash()}.mp3\0`,
      `${newHash()}.mp3\n`,
      `${newHash().toUpperCase()}.mp3`,
      `${newHash()}.constructor`,
      `../audio/${newHash()}.mp3`,
      'toString.mp3',
    ])('and finds nothing under the invalid name %j', async (name) => {
      const storage = await open();
      expect(await storage.size(name)).toBeNull();
      await expect(readAll(storage, name, 0, 0)).rejects.toThrow(AudioStorageFailed);
    });
  });
}
