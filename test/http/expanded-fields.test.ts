import { expect, test } from 'vitest';
import { createCourse } from '../support/course.ts';
import { openObservedStore } from '../support/observed-store.ts';
import { openTestApp } from '../support/test-app.ts';

async function openAsking() {
  const { store, during } = await openObservedStore();
  await createCourse(store, { teaching: 2 });
  const { app } = await openTestApp({ store });
  return async (query: string, method: 'GET' | 'POST' = 'POST', operationName?: string) => {
    let answer: { data?: unknown; errors?: { message: string; extensions?: object }[] } = {};
    const { calls } = await during(async () => {
      const url = 'http://127.0.0.1/graphql';
      const response =
        method === 'GET'
          ? await app.fetch(`${url}?${new URLSearchParams({ query })}`)
          : await app.fetch(url, {
              method,
              headers: { 'content-type': 'application/json' },
              body: JSON.stringify({ query, operationName }),
            });
      answer = await response.json();
    });
    return { answer, calls };
  };
}

/** Fragments nested five deep, each of which spreads the next `k` times. */
function nested(k: number): string {
  const fragments = [1, 2, 3, 4].map((i) => `fragment f${i} on Profile{${`...f${i + 1} `.repeat(k)}}`);
  return `{profile(id:"course"){...f1}} ${fragments.join(' ')} fragment f5 on Profile{id}`;
}

const refusal = (count: RegExp) => ({
  calls: [],
  answer: {
    errors: [
      {
        message: expect.stringMatching(
          new RegExp(`^The document has ${count.source} fields with its fragments written out, and 1000 are`),
        ),
        extensions: { code: 'BAD_USER_INPUT' },
      },
    ],
  },
});

test.each(['GET', 'POST'] as const)(
  'fragments that expand into too many fields are refused by %s, every time',
  async (method) => {
    const ask = await openAsking();
    for (let time = 0; time < 4; time += 1) {
      expect(await ask(nested(60), method)).toEqual(refusal(/52722363/));
    }
  },
);

test('fragments that expand into a few fields are answered, every time', async () => {
  const ask = await openAsking();
  for (let time = 0; time < 4; time += 1) {
    expect((await ask(nested(3))).answer).toEqual({ data: { profile: { id: 'course' } } });
  }
});

test('fields written out one by one count as well', async () => {
  const ask = await openAsking();
  const fields = (count: number) => `{profile(id:"course"){${'id '.repeat(count)}}}`;
  expect((await ask(fields(30))).answer).toEqual({ data: { profile: { id: 'course' } } });
  expect(await ask(fields(2_500))).toEqual(refusal(/2501/));
});

test.each([
  ['beside each other', 'profile', 'profile(id:"1"){words(first:1,after:"a"){edges{node{id}}}} '.repeat(180)],
  ['within others', 'id', `profile(id:"course"){${'id '.repeat(8)}} `.repeat(20)],
  ['in fragments', 'name', '...on Query{profile(id:"course"){...on Profile{name}}} '.repeat(31)],
])('a field that is selected too often in the same place is refused: %s', async (_, name, fields) => {
  const ask = await openAsking();
  for (let time = 0; time < 4; time += 1) {
    const { answer, calls } = await ask(`{${fields}}`);
    expect(calls).toEqual([]);
    expect(answer.errors).toEqual([
      {
        message: expect.stringMatching(
          new RegExp(
            `^The document selects (${name}|profile) more than 30 times in the same place. Select each`,
          ),
        ),
        extensions: { code: 'BAD_USER_INPUT' },
      },
    ]);
  }
});

test('a fragment that many parts of a document spread is answered', async () => {
  const ask = await openAsking();
  const parts = 'profile(id:"course"){...f pool{...g}} '.repeat(30);
  const { answer } = await ask(`{${parts}} fragment f on Profile{id name} fragment g on Pool{min}`);
  expect(answer).toEqual({ data: { profile: { id: 'course', name: 'Course', pool: { min: 12 } } } });
});

test('every operation of the document counts, and so does every fragment that is not used', async () => {
  const ask = await openAsking();
  const operations = Array.from({ length: 300 }, (_, i) => `query q${i} {...f}`).join(' ');
  const document = `${operations} fragment f on Query {${' a:__typename'.repeat(20)}}`;
  expect(await ask(document, 'POST', 'q0')).toEqual(refusal(/6320/));
});

test('fragments that spread themselves are reported as such', async () => {
  const ask = await openAsking();
  const { answer } = await ask(
    '{...a ...a} fragment a on Query {...b ...b} fragment b on Query {...a ...a __typename}',
  );
  expect(answer.errors?.[0]?.message).toBe('Cannot spread fragment "a" within itself via "b".');
});
