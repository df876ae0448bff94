import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { openAudioFolder } from '../../src/adapters/audio-folder/audio-folder.ts';
import { runs } from '../support/runs.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { readAll } from './audio-storage-contract.ts';

/** The compiled module. A process that need not compile it starts fast. */
const MODULE = new URL('../../dist/adapters/audio-folder/audio-folder.js', import.meta.url).href;
const SIZE = 3_000_000;

test('a process killed while it saves leaves only whole recordings that can be found', async () => {
  const seen = { whole: 0, partial: 0 };
  const rounds = runs({ usual: 6, deep: 60 });
  for (let round = 0; round < rounds; round += 1) {
    const folder = await tempFolder();
    const isSaved = async () => (await readdir(folder)).some((name) => name.endsWith('.wav'));
    await saveUntilKilled(folder, async () => {
      if (round % 2 === 1) while (!(await isSaved())) await pause(1);
      await pause((80 * round) / rounds);
    });
    const storage = await openAudioFolder(folder);
    for (const name of await readdir(folder)) {
      const size = await storage.size(name);
      if (size === null) {
        seen.partial += 1;
        continue;
      }
      seen.whole += 1;
      expect(size).toBe(SIZE);
      const bytes = await readAll(storage, name, 0, SIZE - 1);
      expect(bytes.equals(Buffer.alloc(SIZE, bytes[0]))).toBe(true);
    }
  }
  expect(seen.whole).toBeGreaterThan(0);
  expect(seen.partial).toBeGreaterThan(0);
});

/**
 * Saves recordings one after the other in a process of its own. It is killed when `wait`, begun with the first, ends.
 */
async function saveUntilKilled(folder: string, wait: () => Promise<void>): Promise<void> {
  const program = `
    const { openAudioFolder } = await import(${JSON.stringify(MODULE)});
    const { createHash } = await import('node:crypto');
    const storage = await openAudioFolder(${JSON.stringify(folder)});
    process.stdout.write('saving');
    for (let i = 0; ; i += 1) {
      const hash = createHash('sha256').update(String(i)).digest('hex');
      await storage.save(hash, { format: 'wav', bytes: Buffer.alloc(${SIZE}, i % 251 + 1) });
    }`;
  const saver = spawn(process.execPath, ['--input-type=module', '--eval', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(saver.stdout, 'data');
  await wait();
  saver.kill('SIGKILL');
  await once(saver, 'exit');
}
