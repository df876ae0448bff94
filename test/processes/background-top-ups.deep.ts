import { setTimeout as pause } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { graphql } from '../generated/index.ts';
import { startProvider, writesDialogs } from '../llm/provider.ts';
import { type Server, startServer } from '../llm/server.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { createCourse, dialogsOf } from './course-on-server.ts';

const Start = graphql(`
  mutation StartOnServer($min: Int!) { startTopUp(profileId: "course", min: $min) { id } }
`);

const Read = graphql(`
  query ReadOnServer($id: ID!) {
    profile(id: "course") { topUp(id: $id) { state outcome unusedTotal created { id } endedAt } }
  }
`);

async function serverOn(DATA_DIR: string, llm: Record<string, string> = {}): Promise<Server> {
  const server = await startServer({ DATA_DIR, ...llm });
  onTestFinished(async () => {
    await server.end('SIGKILL');
  });
  return server;
}

async function topUpOf(server: Server, id: string) {
  const topUp = (await server.ask(Read, { id })).profile?.topUp;
  if (!topUp) throw new Error('there is no such top-up');
  return topUp;
}

test('the top-up of a killed server becomes lost within a minute, and the next one succeeds', async () => {
  const provider = await startProvider(async (call) => {
    if (provider.calls.length > 2) await pause(600_000, undefined, { ref: false });
    return writesDialogs(call);
  });
  onTestFinished(() => provider.close());
  const folder = await tempFolder();
  const killed = await serverOn(folder, { LLM_BASE_URL: provider.baseUrl, LLM_MODEL: 'test-chat' });
  const other = await serverOn(folder);
  await createCourse(killed, 'course', 30);
  const { startTopUp } = await killed.ask(Start, { min: 12 });
  while ((await topUpOf(other, startTopUp.id)).created.length < 2) await pause(50);
  expect(await topUpOf(other, startTopUp.id)).toMatchObject({ state: 'RUNNING', outcome: null });

  const diedAt = performance.now();
  await killed.end('SIGKILL');
  let topUp = await topUpOf(other, startTopUp.id);
  while (topUp.state === 'RUNNING') {
    await pause(500);
    topUp = await topUpOf(other, startTopUp.id);
  }
  expect(performance.now() - diedAt).toBeLessThan(60_000);
  expect(topUp).toMatchObject({ state: 'LOST', outcome: null });
  expect(topUp.created).toHaveLength(2);

  const next = (await other.ask(Start, { min: 12 })).startTopUp;
  while ((await topUpOf(other, next.id)).endedAt === null) await pause(100);
  expect(await topUpOf(other, next.id)).toMatchObject({
    state: 'ENDED',
    outcome: 'SATISFIED',
    unusedTotal: 12,
  });
  const { all } = await dialogsOf(other, 'course');
  expect(new Set(all.map(({ word }) => word?.id)).size).toBe(12);
});
