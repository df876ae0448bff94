import { expect, test } from 'vitest';
import { tempFolder } from '../support/temp-folder.ts';
import { until } from '../support/until.ts';
import { addCourse, Ensure, providerFor, serverOn, soundDialogs, thirtyWords } from './course-server.ts';
import { writesDialogs } from './provider.ts';

test('killed with calls in flight, the pool is topped up after a restart, with one dialog a word', async () => {
  const provider = await providerFor((call) => (call.number <= 3 ? writesDialogs(call) : { broken: 'hang' }));
  const folder = await tempFolder();
  const killed = await serverOn(folder, provider);
  await addCourse(killed, thirtyWords);
  const cutOff = killed.ask(Ensure, {}).catch(() => 'cut off');
  await until(() => provider.calls.length === 7);
  await killed.end('SIGKILL');
  expect(await cutOff).toBe('cut off');

  provider.follow(writesDialogs);
  const restarted = await serverOn(folder, provider);
  const kept = await soundDialogs(restarted);
  expect(kept).toBeLessThanOrEqual(3);
  const { ensureDialogs } = await restarted.ask(Ensure, {});
  expect(ensureDialogs).toMatchObject({ unusedTotal: 12, outcome: 'SATISFIED' });
  expect(ensureDialogs.created).toHaveLength(12 - kept);
  expect(await soundDialogs(restarted)).toBe(12);
});
