import { expect, test } from 'vitest';
import { prometheusMeter } from '../../src/adapters/prometheus/prometheus-meter.ts';
import type { Store } from '../../src/ports/store.ts';
import { wrappedStore } from '../../src/ports/store-calls.ts';
import { graphql } from '../generated/index.ts';
import { metricsOf } from '../support/metrics.ts';
import { movableClock } from '../support/movable-clock.ts';
import { openTestApp, tempSqliteStore } from '../support/test-app.ts';

const Create = graphql(`
  mutation CreateForMetrics {
    createProfile(input: { id: "a", name: "A", nativeLanguage: "en", targetLanguage: "es" }) { id }
  }
`);

const calls = (end: string) => `dialog_pool_store_call_duration_seconds_${end}`;

test('calls of the store are measured by method and by whether it has answered', async () => {
  const clock = movableClock();
  const sqlite = await tempSqliteStore();
  const slow: Store = {
    ...sqlite,
    createProfile(profile) {
      clock.move(30);
      return sqlite.createProfile(profile);
    },
  };
  const meter = prometheusMeter(clock);
  const store = wrappedStore(slow, [meter.store.calls]);
  const { app, ask, send } = await openTestApp({ store, meter, clock });
  await ask(Create, {});
  // That the id is taken is an answer.
  expect((await send(Create, {})).errors).toMatchObject([{ extensions: { code: 'PROFILE_ALREADY_EXISTS' } }]);
  expect(await metricsOf(app)).toMatchObject({
    [calls('bucket{le="0.02",method="createProfile",outcome="ok"}')]: 0,
    [calls('bucket{le="0.1",method="createProfile",outcome="ok"}')]: 2,
    [calls('sum{method="createProfile",outcome="ok"}')]: 0.06,
    [calls('count{method="createProfile",outcome="ok"}')]: 2,
  });

  await store.close();
  await send(Create, {});
  expect(await metricsOf(app)).toMatchObject({
    [calls('count{method="createProfile",outcome="ok"}')]: 2,
    [calls('count{method="createProfile",outcome="error"}')]: 1,
  });
});
