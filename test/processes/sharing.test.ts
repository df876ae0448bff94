import { expect, onTestFinished, test } from 'vitest';
import { startServer } from '../llm/server.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { claim, createCourse, dialogsOf, ensure } from './course-on-server.ts';

test('32 callers of two processes on one file together make exactly the minimum', async () => {
  const DATA_DIR = await tempFolder();
  const servers = await Promise.all([startServer({ DATA_DIR }), startServer({ DATA_DIR })]);
  onTestFinished(async () => {
    for (const server of servers) await server.end('SIGKILL');
  });
  const [first, second] = servers;
  await createCourse(first, 'shared', 200, 25);

  const answers = await Promise.all(
    Array.from({ length: 32 }, (_, caller) => ensure(caller % 2 ? first : second, 'shared')),
  );
  for (const answer of answers) expect(answer).toMatchObject({ unusedTotal: 25, outcome: 'SATISFIED' });
  const created = answers.flatMap((answer) => answer.created);
  expect(created).toHaveLength(25);
  expect(new Set(created.map(({ word }) => word?.id)).size).toBe(25);
  for (const server of servers) {
    const { all, pool } = await dialogsOf(server, 'shared');
    expect(pool).toEqual({ unusedTotal: 25, usedTotal: 0 });
    expect(new Set(all.map(({ id }) => id))).toEqual(new Set(created.map(({ id }) => id)));
  }

  const claims = await Promise.all(
    Array.from({ length: 32 }, (_, caller) => claim(caller % 2 ? first : second, 'shared')),
  );
  const claimed = claims.filter((id) => id !== null);
  expect(claimed.toSorted()).toEqual(created.map(({ id }) => id).toSorted());
});
