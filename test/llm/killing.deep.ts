import { expect, test } from 'vitest';
import { tempFolder } from '../support/temp-folder.ts';
import { until } from '../support/until.ts';
import { addCourse, checkedDialogs, Ensure, providerFor, serverOn, thirtyWords } from './course-server.ts';
import { writesDialogs } from './provider.ts';

test('after a kill with calls under way, a restarted server fills the pool, with one unused dialog per word', async () => {
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
  const kept = await checkedDialogs(restarted);
  expect(kept).toBeLessThanOrEqual(3);
  const { ensureDialogs } = await restarted.ask(Ensure, {});
  expect(ensureDialogs).toMatchObject({ unusedTotal: 12, outcome: 'SATISFIED' });
  expect(ensureDialogs.created).toHaveLength(12 - kept);
  expect(await checkedDialogs(restarted)).toBe(12);
});
