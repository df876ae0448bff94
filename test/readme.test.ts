import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { systemClock } from '../src/adapters/system/system-clock.ts';
import { templateGenerator } from '../src/adapters/template/generator.ts';
import { seedDemo } from '../src/demo/seed-demo.ts';
import { openTestApp } from './support/test-app.ts';

const README = await readFile(join(import.meta.dirname, '../README.md'), 'utf8');

/** Every request that the README sends with curl, and the answer that it shows below. */
function examples(): { body: string; answer: unknown }[] {
  const pattern =
    /```sh\ncurl [^']*'content-type: application\/json' -d '([^']*)'\n```\n\n```json\n(.*?)\n```/gs;
  return [...README.matchAll(pattern)].map(([, body = '', answer = '']) => ({
    body,
    answer: JSON.parse(answer),
  }));
}

test('the README shows what a fresh store answers', async () => {
  const { app, store } = await openTestApp();
  await seedDemo(store, templateGenerator(), { clock: systemClock, newId: randomUUID });
  expect(examples()).toHaveLength(2);
  for (const { body, answer } of examples()) {
    const response = await app.fetch('http://127.0.0.1/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });
    expect(await response.json()).toEqual(answer);
  }
});

test('the README names every variable of the configuration', async () => {
  const files = ['config.ts', 'config/authentication-variables.ts'];
  const sources = files.map((file) => readFile(join(import.meta.dirname, '../src', file), 'utf8'));
  const config = (await Promise.all(sources)).join('\n');
  const variables = [...config.matchAll(/^ {2}([A-Z][A-Z_]+):/gm)].map(([, name = '']) => name);
  expect(variables.length).toBeGreaterThan(20);
  expect(variables.filter((name) => !README.includes(`\`${name}\``))).toEqual([]);
});

test('the README is read in one sitting', () => {
  expect(README.split('\n').length).toBeLessThanOrEqual(150);
});
