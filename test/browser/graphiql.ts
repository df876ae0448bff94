import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { startServer } from '../llm/server.ts';
import { launchChromium } from './chromium.ts';

/*
 * A newcomer opens GraphiQL in Chromium: it loads from this machine alone, and its opening query and mutation run by
 * clicks. Whatever the page asks of another host is refused and counted.
 */

/** Presses the play button and chooses an operation. @returns what the server answered to it */
async function run(page: Page, operation: string): Promise<{ status: number; data: unknown }> {
  await page.getByRole('button', { name: /execute query/i }).click();
  const answered = page.waitForResponse(
    (response) =>
      response.request().method() === 'POST' &&
      response.request().postDataJSON()?.operationName === operation,
  );
  await page.getByRole('menuitem', { name: operation }).click();
  const response = await answered;
  const body: { data?: unknown } = await response.json();
  return { status: response.status(), data: body.data };
}

/** The text of the pane that shows results, once it holds what is looked for. */
async function shown(page: Page, text: string): Promise<void> {
  await page.locator('.result-window', { hasText: text }).waitFor();
}

const folder = await mkdtemp(join(tmpdir(), 'dialog-pool-browser-'));
const server = await startServer({ DATA_DIR: folder, DEMO: '1' });
const browser = await launchChromium();
try {
  const page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
  const outside: string[] = [];
  const complaints: string[] = [];
  await page.route(
    (url) => url.hostname !== '127.0.0.1' && url.protocol.startsWith('http'),
    (route) => {
      outside.push(route.request().url());
      return route.abort();
    },
  );
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });

  const opened = await page.goto(server.url);
  assert.equal(opened?.headers()['content-encoding'], 'gzip');
  await page.getByText('ShowPool').first().waitFor();

  const pool = await run(page, 'ShowPool');
  assert.equal(pool.status, 200);
  assert.match(JSON.stringify(pool.data), /"unusedTotal":5,.*"min":12,"shortfall":7/);
  await shown(page, 'Spanish for English speakers');

  const topUp = await run(page, 'TopUp');
  assert.match(JSON.stringify(topUp.data), /"outcome":"SATISFIED","unusedTotal":12/);
  await shown(page, 'SATISFIED');

  const after = await run(page, 'ShowPool');
  assert.match(JSON.stringify(after.data), /"unusedTotal":12,.*"shortfall":0/);

  await page.getByRole('button', { name: /documentation explorer/i }).click();
  await page.locator('.graphiql-doc-explorer').getByText('Query', { exact: true }).click();
  await page.getByText('What can be read.').waitFor();

  assert.deepEqual(outside, []);
  assert.deepEqual(complaints, []);
  process.stdout.write(
    'GraphiQL loads from this machine alone; its opening query and mutation run by clicks\n',
  );
} finally {
  await browser.close();
  await server.end('SIGTERM');
  await rm(folder, { recursive: true, force: true });
}
