import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { newGate } from '../support/gate.ts';
import { movableClock } from '../support/movable-clock.ts';
import { replacing } from '../support/scheduled-store.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { tempSqliteStore } from '../support/test-app.ts';
import { until } from '../support/until.ts';
import { newPackage } from './anki-deck.ts';
import { arrivingSlowly, type ImportApp, openImportApp } from './import-app.ts';

const DECK = { types: { Basic: ['Front', 'Back'] }, notes: [{ type: 'Basic', fields: ['casa', 'house'] }] };

async function send({ app }: ImportApp, body: BodyInit) {
  const headers = { 'content-type': 'application/octet-stream' };
  const init: RequestInit & { duplex: 'half' } = { method: 'POST', headers, body, duplex: 'half' };
  const response = await app.fetch('http://127.0.0.1/import/anki?profile=course&text=Front', init);
  return { status: response.status, headers: response.headers, body: await response.json() };
}

test('a package is refused while two are read and six wait, and is taken when they have been read', async () => {
  const store = await tempSqliteStore();
  const gate = newGate();
  const app = await openImportApp({
    store: replacing(store, {
      async addWords(...words) {
        await gate.opened;
        return store.addWords(...words);
      },
    }),
  });
  const deck = new Uint8Array(await newPackage(DECK));
  let answered = 0;
  const answers = Array.from({ length: 10 }, async () => {
    const answer = await send(app, deck);
    answered += 1;
    return answer;
  });
  await until(() => answered === 2);
  gate.open();
  const all = await Promise.all(answers);
  expect(all.map(({ status }) => status).toSorted()).toEqual([...Array(8).fill(200), 429, 429]);
  const refused = all.find(({ status }) => status === 429);
  expect(refused?.body.errors[0].extensions).toEqual({ code: 'TOO_MANY_REQUESTS', retryable: true });
  expect(refused?.headers.get('retry-after')).toBe('5');
  expect((await send(app, deck)).status).toBe(200);
});

test('without its temporary folder, a server says that it cannot read packages now, and logs the folder and the reason', async () => {
  const decksFolder = join(await tempFolder(), 'missing');
  const app = await openImportApp({ decksFolder });
  const deck = new Uint8Array(await newPackage(DECK));
  const { status, headers, body } = await send(app, deck);
  expect([status, headers.get('retry-after')]).toEqual([503, '5']);
  expect(body.errors).toEqual([
    {
      message: 'Packages cannot be read just now. Send the same request again in a moment.',
      extensions: { code: 'STORE_UNAVAILABLE', retryable: true },
    },
  ]);
  const said = app.log.lines.filter((line) => /^(warn|error)/.test(line));
  expect(said).toEqual([expect.stringContaining(decksFolder)]);
  expect(said[0]).toContain('ENOENT: no such file or directory');

  await mkdir(decksFolder);
  expect((await send(app, deck)).body).toMatchObject({ added: 1 });
});

test('packages that arrive slowly take no place from another, and the oldest gives way if there are 64', async () => {
  const clock = movableClock();
  const app = await openImportApp({ clock });
  const deck = new Uint8Array(await newPackage(DECK));
  const rest = newGate();
  const slowly = () => arrivingSlowly(deck, rest.opened);
  const oldest = send(app, slowly());
  await until(async () => (await app.packageFiles()).length === 1);
  const others = Array.from({ length: 63 }, () => send(app, slowly()));
  await until(async () => (await app.packageFiles()).length === 64);

  clock.move(2_000);
  expect((await send(app, deck)).body).toMatchObject({ added: 1 });
  const { status, body, headers } = await oldest;
  expect([status, headers.get('retry-after')]).toEqual([429, '5']);
  expect(body.errors).toMatchObject([{ extensions: { code: 'TOO_MANY_REQUESTS', retryable: true } }]);
  expect(body.errors[0].message).toMatch(/^The server is receiving too many long requests at once/);

  rest.open();
  await Promise.all(others);
  expect(await app.packageFiles()).toEqual([]);
});
