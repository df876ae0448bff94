import { expect, test } from 'vitest';
import { createCourse } from '../support/course.ts';
import { openTestApp } from '../support/test-app.ts';

const LONG = 'x'.repeat(1_000_000);
const CUT = `"${'x'.repeat(128)}…"`;

test.each([
  ['setWordState(profileId: $id, wordIds: ["a"], state: LEARNED) { id }', 'PROFILE_NOT_FOUND'],
  ['setWordState(profileId: "course", wordIds: [$id], state: LEARNED) { id }', 'WORD_NOT_FOUND'],
  ['markDialogUsed(profileId: "course", dialogId: $id) { id }', 'DIALOG_NOT_FOUND'],
])('an id that is too long is cut in the message: %s', async (mutation, code) => {
  const { app, store } = await openTestApp();
  await createCourse(store);
  const response = await app.fetch('http://127.0.0.1/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: `mutation ($id: ID!) { ${mutation} }`, variables: { id: LONG } }),
  });
  const text = await response.text();
  expect(JSON.parse(text)).toMatchObject({ errors: [{ extensions: { code } }] });
  expect(JSON.parse(text).errors[0].message).toContain(CUT);
  expect(text.length).toBeLessThan(1_000);
});
