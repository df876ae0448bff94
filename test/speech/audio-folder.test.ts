import { mkdir, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { openAudioFolder } from '../../src/adapters/audio-folder/audio-folder.ts';
import { CannotStart } from '../../src/model/errors.ts';
import { AudioStorageFailed } from '../../src/ports/audio-storage.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { audioStorageContract, newHash } from './audio-storage-contract.ts';

let folder: string;
beforeEach(async () => {
  folder = join(await tempFolder(), 'audio');
});

audioStorageContract('the folder', () => openAudioFolder(folder));

describe('a save that is interrupted', () => {
  test('leaves a partial file, which is removed at the next start if it is old', async () => {
    await mkdir(folder, { recursive: true });
    const [old, recent] = [`${newHash()}.mp3.1.part`, `${newHash()}.mp3.2.part`];
    await writeFile(join(folder, old), 'half');
    await writeFile(join(folder, recent), 'half');
    const twoHoursAgo = new Date(Date.now() - 2 * 60 * 60 * 1000);
    await utimes(join(folder, old), twoHoursAgo, twoHoursAgo);
    await openAudioFolder(folder);
    expect(await readdir(folder)).toEqual([recent]);
  });
});

describe('a folder that cannot be used', () => {
  test('is reported, and nothing is left behind', async () => {
    const storage = await openAudioFolder(folder);
    const hash = newHash();
    await mkdir(join(folder, `${hash}.mp3`));
    await expect(storage.save(hash, { format: 'mp3', bytes: Buffer.from('x') })).rejects.toThrow(
      AudioStorageFailed,
    );
    expect(await readdir(folder)).toEqual([`${hash}.mp3`]);
    expect(await storage.find(hash)).toBeNull();
  });

  test('is told before a recording is paid for, and nothing is left behind', async () => {
    const storage = await openAudioFolder(folder);
    await storage.checkWritable();
    expect(await readdir(folder)).toEqual([]);
    await rm(folder, { recursive: true });
    await expect(storage.checkWritable()).rejects.toThrow(AudioStorageFailed);
  });

  test('because it is a file is refused at the start, and the file is kept', async () => {
    const file = join(await tempFolder(), 'file');
    await writeFile(file, 'text');
    await expect(openAudioFolder(file)).rejects.toThrow(CannotStart);
    expect(String(await readFile(file))).toBe('text');
  });
});
