import { expect, test } from 'vitest';
import { tempFolder } from '../support/temp-folder.ts';
import { until } from '../support/until.ts';
import { addCourse, checkedDialogs, Ensure, providerFor, serverOn, thirtyWords } from './course-server.ts';
import { writesDialogs } from './provider.ts';

test('at SIGTERM, a server whose model hangs answers its callers and ends with the exit code 0', async () => {
  const provider = await providerFor((call) => (call.number <= 3 ? writesDialogs(call) : { broken: 'hang' }));
  const folder = await tempFolder();
  const server = await serverOn(folder, provider);
  await addCourse(server, thirtyWords);
  const asking = server.ask(Ensure, {});
  await until(() => provider.calls.length === 7);
  const code = server.end('SIGTERM');
  expect((await asking).ensureDialogs).toMatchObject({ unusedTotal: 3, outcome: 'GENERATOR_UNAVAILABLE' });
  expect(await code).toBe(0);
  expect(server.output()).toContain('"msg":"stopped"');
  expect(server.output()).not.toContain('stopped in the middle');

  provider.follow(writesDialogs);
  const restarted = await serverOn(folder, provider);
  expect(await checkedDialogs(restarted)).toBe(3);
});
