import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { idsOf, second, storedPool } from '../contract/samples.ts';
import { type Emulator, startEmulator } from '../emulators/cosmos-emulator.ts';
import { createCourse } from '../support/course.ts';
import { scriptedGenerator } from '../support/scripted-generator.ts';
import { openTestApp } from '../support/test-app.ts';
import { behindProxy } from './behind-proxy.ts';
import { OlderService } from './older-service.ts';
import { openedCosmosStore } from './opened-cosmos-store.ts';

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator();
});
afterAll(() => emulator.stop());

async function open() {
  const opened = await openedCosmosStore(emulator);
  onTestFinished(() => opened.dispose());
  return { store: opened.store, older: new OlderService(opened.database) };
}

const HASH = createHash('sha256')
  .update(JSON.stringify(['course', 'key']))
  .digest('hex');

describe('a profile whose id is that of a record of a claim', () => {
  test.each([`claim-${HASH}`, `claim:${HASH}`])('does not disturb the claim: %s', async (id) => {
    const { store } = await open();
    await createCourse(store, { teaching: 4 });
    let isOther = false;
    let claimed: Promise<string[]> | null = null;
    const claim = (token: string) => store.claimDialogs('course', 2, second(9), token, 'key').then(idsOf);
    const generator = scriptedGenerator(() => 'write', {
      // The top-up of the other profile holds its lease now.
      turn: async () => {
        if (isOther) claimed ??= claim('first');
        await claimed;
      },
    });
    const app = await openTestApp({ store, generator });
    await app.pool.ensureDialogs('course', 4);
    await createCourse(store, { id, teaching: 3 });
    isOther = true;
    expect(await app.pool.ensureDialogs(id, 3)).toMatchObject({ unusedTotal: 3, outcome: 'SATISFIED' });
    const first = await claimed;
    expect(first).toHaveLength(2);
    await store.deleteProfile(id);
    expect(await claim('again')).toEqual(first);
    expect(await store.dialogCounts(['course'])).toEqual([{ unused: 2, used: 2 }]);
  });
});

test.each(['é'.repeat(510), 'x'.repeat(255), 'course'])(
  'the lease of a profile has an id of at most 255 bytes, however long that of the profile is: %#',
  async (id) => {
    const { store, proxy, direct } = await behindProxy(emulator);
    const older = new OlderService(direct.database);
    await older.write('profiles', { id, name: 'P', native_language: 'en', target_language: 'es' });
    await older.write('words', { id: 'w', profile_id: id, text: 'palabra', state: 'teaching' });
    const app = await openTestApp({ store, generator: scriptedGenerator() });
    expect(await app.pool.ensureDialogs(id, 1)).toMatchObject({ unusedTotal: 1, outcome: 'SATISFIED' });
    const leases = proxy.exchanges.filter(({ operation }) => operation === 'create leases');
    expect(leases.length).toBeGreaterThan(0);
    for (const { body } of leases) expect(Buffer.byteLength(JSON.parse(body).id)).toBeLessThanOrEqual(255);
  },
);

test('a document of another program in the place of the record of a claim does not keep the key from being used', async () => {
  const { store, older } = await open();
  await storedPool(store, 'course', 3);
  await older.write('leases', { id: `claim:${HASH}`, owner: 'another program' });
  const claim = (token: string) => store.claimDialogs('course', 2, second(9), token, 'key').then(idsOf);
  const first = await claim('first');
  expect(first).toHaveLength(2);
  expect(await claim('again')).toEqual(first);
});
