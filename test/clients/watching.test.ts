import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gql } from '@apollo/client';
import { expect, test } from 'vitest';
import { createCourse } from '../support/course.ts';
import { type Gate, newGate } from '../support/gate.ts';
import { listen } from '../support/listen.ts';
import { scriptedGenerator } from '../support/scripted-generator.ts';
import { openTestApp } from '../support/test-app.ts';
import { apolloClient } from './recipes/apollo.ts';
import { watchTopUp } from './recipes/graphql-sse.ts';
import { urqlClient } from './recipes/urql.ts';

const START = 'mutation Start { startTopUp(profileId: "ana", min: 12) { id state } }';
const WATCH = `subscription Watch($id: ID!) {
  topUp(profileId: "ana", topUpId: $id) { state unusedTotal }
}`;
const WATCH_NONE = 'subscription WatchNone { topUp(profileId: "ana", topUpId: "none") { state } }';

interface TopUp {
  readonly state: string;
  readonly unusedTotal: number;
}

/** A server that writes no dialog before the gate is opened, and its URL. */
async function waitingServer(): Promise<{ url: string; watched: Gate }> {
  const watched = newGate();
  const generator = scriptedGenerator(undefined, { turn: () => watched.opened });
  const { app, store } = await openTestApp({ generator });
  await createCourse(store, { id: 'ana', pending: 30 });
  return { url: await listen(app), watched };
}

/** What a client was shown of a top-up. Dialogs are written as soon as it has seen that none is there yet. */
function shownBefore(watched: Gate) {
  const shown: TopUp[] = [];
  const show = (topUp: TopUp) => {
    shown.push(topUp);
    watched.open();
  };
  return { shown, show };
}

function expectProgress(shown: readonly TopUp[]): void {
  expect(shown[0]).toMatchObject({ state: 'RUNNING', unusedTotal: 0 });
  expect(shown.at(-1)).toMatchObject({ state: 'ENDED', unusedTotal: 12 });
  const totals = shown.map(({ unusedTotal }) => unusedTotal);
  expect(totals).toEqual(totals.toSorted((one, other) => one - other));
}

test('graphql-sse shows the progress of a top-up until it has ended', async () => {
  const { url, watched } = await waitingServer();
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: START }),
  });
  const { data } = await response.json();
  const { shown, show } = shownBefore(watched);
  await watchTopUp(url, 'ana', data.startTopUp.id, show);
  expectProgress(shown);
  await expect(watchTopUp(url, 'ana', 'none', () => undefined)).rejects.toThrow('topUps');
});

test('urql starts a top-up and shows its progress until it has ended', async () => {
  const { url, watched } = await waitingServer();
  const client = urqlClient(url);
  const { data, error } = await client.mutation(START, {});
  expect(error).toBeUndefined();
  const { shown, show } = shownBefore(watched);
  await new Promise<void>((resolve) => {
    client.subscription(WATCH, { id: data.startTopUp.id }).subscribe((result) => {
      if (result.data) show(result.data.topUp);
      if (shown.at(-1)?.state === 'ENDED') resolve();
    });
  });
  expectProgress(shown);
  const refused = await client.subscription(WATCH_NONE, {}).toPromise();
  expect(refused.error?.graphQLErrors[0]?.extensions.code).toBe('TOP_UP_NOT_FOUND');
});

test('Apollo Client starts a top-up and shows its progress until it has ended', async () => {
  const { url, watched } = await waitingServer();
  const client = apolloClient(url);
  const { data } = await client.mutate<{ startTopUp: { id: string } }>({ mutation: gql(START) });
  const { shown, show } = shownBefore(watched);
  await new Promise<void>((resolve, reject) => {
    client
      .subscribe<{ topUp: TopUp }>({ query: gql(WATCH), variables: { id: data?.startTopUp.id } })
      .subscribe({
        next: (result) => result.data && show(result.data.topUp),
        error: reject,
        complete: resolve,
      });
  });
  expectProgress(shown);
  const refused = await new Promise((resolve) =>
    client.subscribe({ query: gql(WATCH_NONE) }).subscribe({ next: ({ error }) => resolve(error) }),
  );
  expect(refused).toMatchObject({ errors: [{ extensions: { code: 'TOP_UP_NOT_FOUND' } }] });
});

test.each(['graphql-sse', 'urql', 'apollo'])('the recipe for %s is the one that is tested', async (name) => {
  const [recipe, page] = await Promise.all(
    [`recipes/${name}.ts`, '../../src/graphql/README.md'].map((path) =>
      readFile(join(import.meta.dirname, path), 'utf8'),
    ),
  );
  expect(page).toContain(`\`\`\`ts\n${recipe}\`\`\`\n`);
});
