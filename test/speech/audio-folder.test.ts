import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { beforeEach, describe, expect, test } from 'vitest';
import { openAudioFolder } from '../../src/adapters/audio-folder/audio-folder.ts';
import { CannotStart } from '../../src/model/errors.ts';
import { AudioStorageFailed } from '../../src/ports/audio-storage.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { audioStorageContract, newHash, readAll } from './audio-storage-contract.ts';

let folder: string;
beforeEach(async () => {
  folder = join(await tempFolder(), 'audio');
});

audioStorageContract('the folder', () => openAudioFolder(folder));

describe('a save that was cut off', () => {
  test('leaves no part of a recording to be found, however often it happens', async () => {
    const size = 3_000_000;
    const seen = { whole: 0, unfinished: 0 };
    for (let round = 0; round < 12; round += 1) {
      await saveUntilKilled(folder, size, round);
      const storage = await openAudioFolder(folder);
      for (const name of await readdir(folder)) {
        const known = await storage.size(name);
        if (known === null) {
          seen.unfinished += 1;
          continue;
        }
        seen.whole += 1;
        expect(known).toBe(size);
        const bytes = await readAll(storage, name, 0, size - 1);
        expect(bytes.equals(Buffer.alloc(size, bytes[0]))).toBe(true);
      }
    }
    expect(seen.whole).toBeGreaterThan(0);
    expect(seen.unfinished).toBeGreaterThan(0);
  });

  test('is cleared away when it is old, and left alone while it may still go on', async () => {
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
  test('is told, and nothing is left behind', async () => {
    const storage = await openAudioFolder(folder);
    const hash = newHash();
    await mkdir(join(folder, `${hash}.mp3`));
    await expect(storage.save(hash, { format: 'mp3', bytes: Buffer.from('x') })).rejects.toThrow(
      AudioStorageFailed,
    );
    expect(await readdir(folder)).toEqual([`${hash}.mp3`]);
    expect(await storage.find(hash)).toBeNull();
  });

  test('may be a file', async () => {
    const file = join(await tempFolder(), 'file');
    await writeFile(file, 'text');
    await expect(openAudioFolder(file)).rejects.toThrow(CannotStart);
    expect(String(await readFile(file))).toBe('text');
  });
});

/** Saves recordings, one after the other, in a process of its own that is killed while it does. */
async function saveUntilKilled(into: string, size: number, round: number): Promise<void> {
  const program = `
    const { openAudioFolder } = await import(${JSON.stringify(new URL('../../src/adapters/audio-folder/audio-folder.ts', import.meta.url).href)});
    const { createHash } = await import('node:crypto');
    const storage = await openAudioFolder(${JSON.stringify(into)});
    process.stdout.write('saving');
    for (let i = 0; ; i += 1) {
      const hash = createHash('sha256').update('${round} ' + i).digest('hex');
      await storage.save(hash, { format: 'wav', bytes: Buffer.alloc(${size}, i % 251 + 1) });
    }`;
  const saver = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '--eval', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(saver.stdout, 'data');
  await pause(10 + round * 7);
  saver.kill('SIGKILL');
  await once(saver, 'exit');
}
