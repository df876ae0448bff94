import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises';
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
  // The kill may come after the writing that it was meant for. Rounds go on until both are seen.
  for (let round = 0; round < rounds || seen.partial === 0 || seen.whole === 0; round += 1) {
    const folder = await tempFolder();
    const sizes = () =>
      readdirSync(folder).map((name) => statSync(join(folder, name), { throwIfNoEntry: false })?.size ?? 0);
    await saveUntilKilled(folder, async () => {
      if (round % 2 === 0) await until(() => sizes().some((size) => size < SIZE));
      else await until(() => sizes().includes(SIZE)).then(() => pause((80 * (round % rounds)) / rounds));
    });
    const storage = await openAudioFolder(folder);
    for (const name of readdirSync(folder)) {
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
});

/** Looks as often as it can, since a recording is written within a few milliseconds. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await nextTurn();
}

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
