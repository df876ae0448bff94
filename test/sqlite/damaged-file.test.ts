import { open } from 'node:fs/promises';
import { join } from 'node:path';
import Libsql from 'libsql';
import { expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { openSqliteStore } from '../../src/adapters/sqlite/sqlite-store.ts';
import { graphql } from '../generated/index.ts';
import { createCourse } from '../support/course.ts';
import { scriptedGenerator } from '../support/scripted-generator.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { openTestApp } from '../support/test-app.ts';

const Ensure = graphql(`
  mutation EnsureOnDamagedFile { ensureDialogs(profileId: "course", min: 5) { unusedTotal } }
`);

const Words = graphql(`
  query WordsOnDamagedFile { profile(id: "course") { words(first: 9) { edges { node { text } } } } }
`);

/** A data file in which the first page of a table or index is overwritten. */
async function damagedFile(name: string): Promise<string> {
  const path = join(await tempFolder(), 'pool.sqlite');
  const whole = await openSqliteStore({ path });
  await createCourse(whole, { teaching: 9 });
  await whole.close();

  const handle = new Libsql(path);
  const sql = 'SELECT rootpage, page_size FROM sqlite_schema, pragma_page_size WHERE name = ?';
  const [row] = handle.prepare(sql).all([name]);
  handle.close();
  const { rootpage, page_size } = z.object({ rootpage: z.number(), page_size: z.number() }).parse(row);
  const file = await open(path, 'r+');
  await file.write(Buffer.alloc(page_size, 0xa5), 0, page_size, (rootpage - 1) * page_size);
  await file.close();
  return path;
}

test('a file is not opened if the page for new dialogs is damaged', async () => {
  const path = await damagedFile('dialogs');
  await expect(openSqliteStore({ path })).rejects.toThrow(
    `The data file ${path} cannot be opened: database disk image is malformed`,
  );
});

test('after a statement found damage, nothing more is paid for, and undamaged data can be read', async () => {
  const store = await openSqliteStore({ path: await damagedFile('sqlite_autoindex_dialogs_1') });
  onTestFinished(() => store.close());
  const generator = scriptedGenerator();
  const { app, send, ask } = await openTestApp({ store, generator });
  await send(Ensure, {});
  const paid = generator.asked.length;
  for (let again = 0; again < 3; again += 1) {
    const { errors } = await send(Ensure, {});
    expect(errors).toMatchObject([
      { message: expect.stringMatching('An operator has to look at the store') },
    ]);
    expect(errors[0]?.extensions).toEqual({ code: 'STORE_UNAVAILABLE' });
  }
  expect(generator.asked).toHaveLength(paid);
  expect((await app.fetch('http://127.0.0.1/ready')).status).toBe(503);
  expect((await ask(Words, {})).profile?.words.edges).toHaveLength(9);
});
