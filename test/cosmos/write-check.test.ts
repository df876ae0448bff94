import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Emulator, startEmulator } from '../emulators/cosmos-emulator.ts';
import { graphql } from '../generated/index.ts';
import { createCourse } from '../support/course.ts';
import { scriptedGenerator } from '../support/scripted-generator.ts';
import { openTestApp } from '../support/test-app.ts';
import { behindProxy } from './behind-proxy.ts';
import type { Exchange } from './faulty-proxy.ts';

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator();
});
afterAll(() => emulator.stop());

const Ensure = graphql(`
  mutation EnsureWhileDialogsAreRefused($id: ID!) {
    ensureDialogs(profileId: $id, min: 4) { unusedTotal outcome }
  }
`);

/** An app on a store in which requests to create dialogs are refused as a full partition or a data role refuses them. */
async function openRefusing(isRefused: (exchange: Exchange) => boolean) {
  const { store, proxy, direct } = await behindProxy(emulator);
  await createCourse(store, { teaching: 8 });
  proxy.faultFor = (exchange) =>
    exchange.operation === 'create dialogs' && isRefused(exchange) ? { kind: 'status', status: 403 } : null;
  const generator = scriptedGenerator();
  const app = await openTestApp({ store, generator });
  const ready = async () => (await app.app.fetch('http://127.0.0.1/ready')).status;
  const stored = async () =>
    (await direct.database.container('dialogs').items.readAll().fetchAll()).resources;
  return { ...app, generator, ready, stored };
}

const REFUSED = {
  data: null,
  errors: [{ extensions: { code: 'STORE_UNAVAILABLE' } }],
};

describe('a store that refuses to store dialogs', () => {
  test('is found out before anything is paid for, and /ready says so', async () => {
    const { send, generator, ready } = await openRefusing(() => true);
    for (let time = 0; time < 2; time += 1) {
      const answer = await send(Ensure, { id: 'course' });
      expect(answer).toMatchObject(REFUSED);
      expect(answer.errors[0]?.extensions).not.toHaveProperty('retryable');
    }
    expect(generator.asked).toEqual([]);
    expect(await ready()).toBe(503);
  });

  test('is found out too if only the partition of the profile is full; others are served', async () => {
    const full = JSON.stringify(['course']);
    const { send, ask, generator, ready, store } = await openRefusing(
      ({ partitionKey }) => partitionKey === full,
    );
    expect(await send(Ensure, { id: 'course' })).toMatchObject(REFUSED);
    expect(generator.asked).toEqual([]);
    expect(await ready()).toBe(200);
    await createCourse(store, { id: 'other', teaching: 8 });
    expect((await ask(Ensure, { id: 'other' })).ensureDialogs).toMatchObject({ unusedTotal: 4 });
  });
});

test('what the check writes is no dialog and is deleted with the profile', async () => {
  const { ask, store, ready, stored } = await openRefusing(() => false);
  await ask(Ensure, { id: 'course' });
  expect(await ready()).toBe(200);
  expect(await stored()).toHaveLength(4 + 2);
  expect(await store.dialogCounts(['course', 'write check'])).toEqual([
    { unused: 4, used: 0 },
    { unused: 0, used: 0 },
  ]);
  await store.deleteProfile('course');
  expect(await stored()).toMatchObject([{ id: 'write check', profile_id: 'write check' }]);
});
