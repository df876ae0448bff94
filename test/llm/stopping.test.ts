import { expect, test } from 'vitest';
import { until } from '../support/until.ts';
import { addCourse, appWith, Ensure, providerFor, thirtyWords } from './course-server.ts';
import { writesDialogs } from './provider.ts';

test('a server that stops gives up calls that hang, and its callers are told what the pool has', async () => {
  const provider = await providerFor((call) => (call.number <= 3 ? writesDialogs(call) : { broken: 'hang' }));
  const givingUp = new AbortController();
  const app = await appWith(provider, { timeoutMs: 600_000, giveUp: givingUp.signal });
  await addCourse(app, thirtyWords);
  const asking = app.ask(Ensure, {});
  await until(() => provider.calls.length === 7);
  const finished = app.pool.finish(0);
  givingUp.abort();
  await finished;
  const { ensureDialogs } = await asking;
  expect(ensureDialogs).toMatchObject({ unusedTotal: 3, outcome: 'GENERATOR_UNAVAILABLE', skipped: [] });
  expect(ensureDialogs.created).toHaveLength(3);
  expect(ensureDialogs.spend.calls).toBe(7);
  await until(() => provider.open === 0);
  // The model is not at fault.
  expect(app.log.lines.join()).not.toContain('the model failed');
});
