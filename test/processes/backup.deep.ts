import { execFile } from 'node:child_process';
import { copyFile } from 'node:fs/promises';
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
  // As the README says it.
  const [file, backup] = [DATA_DIR, elsewhere].map((folder) => join(folder, 'dialog-pool.sqlite'));
  const script = `new (require('libsql'))('${file}').exec("VACUUM INTO '${backup}'")`;
  await promisify(execFile)(process.execPath, ['-e', script], { cwd: ROOT });
  await writing;

  const copy = await start(elsewhere);
  const { all } = await dialogsOf(copy, 'course');
  expect(all).toEqual(expect.arrayContaining(before));
  expect(await ensure(copy, 'course', all.length + 3)).toMatchObject({ outcome: 'SATISFIED' });
});
