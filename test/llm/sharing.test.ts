import { afterEach, expect, test } from 'vitest';
import { dialogJson } from './provider.ts';
import { profile, type Setting, setting } from './setting.ts';

let here: Setting;
afterEach(() => here.provider.close());

const words = (prefix: string, count: number) => Array.from({ length: count }, (_, i) => `${prefix}${i}`);

test('no more calls are under way than the concurrency allows, over all profiles', async () => {
  here = await setting(
    async (call) => {
      while (here.provider.peak < 3) await new Promise((resolve) => setTimeout(resolve, 2));
      return { content: dialogJson(call.word), afterMs: 15 };
    },
    { concurrency: 3 },
  );
  const profiles = ['ana', 'bo', 'cy'].map((id) => ({ ...profile, id }));
  await Promise.all(
    profiles.flatMap((of) => words(of.id, 5).map((word) => here.write(word, { profile: of }))),
  );
  expect(here.provider.calls).toHaveLength(15);
  expect(here.provider.peak).toBe(3);
});

test('a profile that asks later does not wait for all earlier words of another profile', async () => {
  here = await setting((call) => ({ content: dialogJson(call.word), afterMs: 1 }), { concurrency: 1 });
  const ana = words('Ana', 12).map((word) => here.write(word));
  const late = ['bo', 'cy'].flatMap((id) =>
    words(id, 3).map((word) => here.write(word, { profile: { ...profile, id } })),
  );
  await Promise.all([...ana, ...late]);
  const order = here.provider.calls.map((call) => call.word.replace(/\d+/u, ''));
  expect(order.slice(0, 10)).toEqual(['Ana', 'Ana', 'bo', 'cy', 'Ana', 'bo', 'cy', 'Ana', 'bo', 'cy']);
});

test('an owner of many profiles gets no more turns than an owner of one', async () => {
  here = await setting((call) => ({ content: dialogJson(call.word), afterMs: 1 }), { concurrency: 1 });
  const writeFor = (ownerId: string, id: string) =>
    words(ownerId, 3).map((word) => here.write(word, { profile: { ...profile, id, ownerId } }));
  const ofMany = ['first', 'second', 'third', 'fourth'].flatMap((id) => writeFor('Ana', id));
  const ofOne = writeFor('bo', 'fifth');
  await Promise.all([...ofMany, ...ofOne]);
  const order = here.provider.calls.map((call) => call.word.replace(/\d+/u, ''));
  expect(order.slice(0, 8)).toEqual(['Ana', 'Ana', 'bo', 'Ana', 'bo', 'Ana', 'bo', 'Ana']);
});

test('words of one profile are written in the order of the requests', async () => {
  here = await setting((call) => ({ content: dialogJson(call.word) }), { concurrency: 1 });
  await here.writeAll(words('Wort', 6));
  expect(here.provider.calls.map((call) => call.word)).toEqual(words('Wort', 6));
});
