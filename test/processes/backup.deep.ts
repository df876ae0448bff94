import { execFile } from 'node:child_process';
import { copyFile, readdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { startServer } from '../llm/server.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { claim, createCourse, dialogsOf, ensure } from './course-on-server.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

async function start(DATA_DIR: string) {
  const server = await startServer({ DATA_DIR });
  onTestFinished(async () => {
    await server.end('SIGKILL');
  });
  return server;
}

/** Makes a backup as the README says it. */
async function vacuumInto(file: string, backup: string): Promise<void> {
  const script = `new (require('libsql'))('${file}').exec("VACUUM INTO '${backup}'")`;
  await promisify(execFile)(process.execPath, ['-e', script], { cwd: ROOT });
}

test('after a clean stop of all servers that share it, the data file alone holds everything', async () => {
  const [DATA_DIR, elsewhere] = [await tempFolder(), await tempFolder()];
  const servers = await Promise.all([start(DATA_DIR), start(DATA_DIR)]);
  for (const [i, server] of servers.entries()) {
    await createCourse(server, `course-${i}`, 40);
    await ensure(server, `course-${i}`, 12);
    await claim(server, `course-${i}`);
  }
  const before = await Promise.all(servers.map((server, i) => dialogsOf(server, `course-${i}`)));
  // Both at once: each finds the other in its way, or does not.
  expect(await Promise.all(servers.map((server) => server.end('SIGTERM')))).toEqual([0, 0]);

  await copyFile(join(DATA_DIR, 'dialog-pool.sqlite'), join(elsewhere, 'dialog-pool.sqlite'));
  const copy = await start(elsewhere);
  expect(await Promise.all(before.map((_, i) => dialogsOf(copy, `course-${i}`)))).toEqual(before);
});

test('a backup made while the server writes holds all that was acknowledged before', async () => {
  const [DATA_DIR, elsewhere] = [await tempFolder(), await tempFolder()];
  const server = await start(DATA_DIR);
  await createCourse(server, 'course', 200);
  await ensure(server, 'course', 20);
  const { all: before } = await dialogsOf(server, 'course');

  const writing = (async () => {
    for (let min = 23; min < 80; min += 3) await ensure(server, 'course', min);
  })();
  await vacuumInto(join(DATA_DIR, 'dialog-pool.sqlite'), join(elsewhere, 'dialog-pool.sqlite'));
  await writing;

  const copy = await start(elsewhere);
  const { all } = await dialogsOf(copy, 'course');
  expect(all).toEqual(expect.arrayContaining(before));
  expect(await ensure(copy, 'course', all.length + 3)).toMatchObject({ outcome: 'SATISFIED' });
});

test('a backup is restored after a crash, if the log of the old file is moved away with it', async () => {
  const [DATA_DIR, elsewhere] = [await tempFolder(), await tempFolder()];
  const server = await start(DATA_DIR);
  await createCourse(server, 'course', 200);
  await ensure(server, 'course', 20);
  const before = await dialogsOf(server, 'course');
  const [file, backup] = [join(DATA_DIR, 'dialog-pool.sqlite'), join(elsewhere, 'backup.sqlite')];
  await vacuumInto(file, backup);
  await ensure(server, 'course', 80);
  await server.end('SIGKILL');

  const names = await readdir(DATA_DIR);
  const files = names.filter((name) => name.startsWith('dialog-pool.sqlite'));
  expect(files).toContain('dialog-pool.sqlite-wal');
  await Promise.all(files.map((name) => rename(join(DATA_DIR, name), join(elsewhere, name))));
  await copyFile(backup, file);
  expect(await dialogsOf(await start(DATA_DIR), 'course')).toEqual(before);
});
