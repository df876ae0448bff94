import { join } from 'node:path';
import Libsql from 'libsql';
import { expect, onTestFinished, test } from 'vitest';
import { startServer } from '../llm/server.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { createCourse, dialogsOf, ensure } from './course-on-server.ts';

test('while another process locks the file, a write waits and everything else is answered', async () => {
  const DATA_DIR = await tempFolder();
  const server = await startServer({ DATA_DIR });
  onTestFinished(async () => {
    await server.end('SIGKILL');
  });
  await createCourse(server, 'course', 40);
  const other = new Libsql(join(DATA_DIR, 'dialog-pool.sqlite'));
  onTestFinished(() => {
    other.close();
  });

  other.exec('BEGIN IMMEDIATE');
  const answered: string[] = [];
  const writing = ensure(server, 'course', 3).then(({ unusedTotal }) => answered.push(`made ${unusedTotal}`));
  for (let asked = 0; asked < 5; asked += 1) {
    expect((await fetch(new URL('/health', server.url))).status).toBe(200);
    expect((await dialogsOf(server, 'course')).all).toEqual([]);
    answered.push('read');
  }
  other.exec('COMMIT');
  await writing;
  expect(answered).toEqual(['read', 'read', 'read', 'read', 'read', 'made 3']);
});
