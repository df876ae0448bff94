import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { type Server, startServer } from '../llm/server.ts';
import { launchChromium } from './chromium.ts';

/** A page that can load from this machine only. */
interface Visit {
  readonly page: Page;
  /** The URLs at other hosts that the page asked for; each request was refused. */
  readonly abroad: string[];
  /** Errors and warnings of the console, and exceptions. */
  readonly complaints: string[];
}

async function visit(browser: Browser, url: URL): Promise<Visit> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  const abroad: string[] = [];
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  await page.route('**/*', (route) => {
    const { hostname, href } = new URL(route.request().url());
    if (hostname === '127.0.0.1') return route.continue();
    abroad.push(href);
    return route.abort();
  });
  await page.goto(url.href);
  return { page, abroad, complaints };
}

/** Runs an operation of the editor by clicks, and returns the answer as GraphiQL shows it. */
async function run(page: Page, operation: string): Promise<string> {
  const [response] = await Promise.all([
    page.waitForResponse((answer) => answer.request().postData()?.includes(`"${operation}"`) ?? false),
    (async () => {
      await page.getByRole('button', { name: 'Execute query' }).click();
      await page.getByRole('menuitem', { name: operation }).click();
    })(),
  ]);
  assert.equal(response.status(), 200);
  const shown = page.locator('.graphiql-response');
  const root = operation === 'TopUp' ? 'ensureDialogs' : 'profile';
  await shown.getByText(`"${root}"`).waitFor();
  return (await shown.innerText()).replaceAll('\u00a0', ' ');
}

/** The value of a field in an answer that GraphiQL shows. */
function numberOf(answer: string, field: string): number {
  return Number(new RegExp(`"${field}":\\s*(\\d+)`).exec(answer)?.[1]);
}

/** Claims a dialog of the demo, as another client. */
async function claimDialog(origin: string): Promise<void> {
  const query = 'mutation { claimDialogs(profileId: "demo") { id } }';
  const response = await fetch(`${origin}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
  });
  assert.equal(response.status, 200);
}

const checks: Readonly<Record<string, (visit: Visit) => Promise<void>>> = {
  'GraphiQL opens with a query and a mutation': async ({ page }) => {
    const editor = page.locator('.graphiql-query-editor');
    await editor.getByText('ShowPool').waitFor();
    await editor.getByText('TopUp').waitFor();
    assert.equal(await page.title(), 'Dialog pool');
  },

  'the root leads to it': async ({ page }) => {
    assert.equal(new URL(page.url()).pathname, '/graphql');
  },

  'its opening document fits its pane': async ({ page }) => {
    const cutOff = await page
      .locator('.graphiql-query-editor .monaco-scrollable-element')
      .first()
      .evaluate((pane) => {
        const { right } = pane.getBoundingClientRect();
        const lines = [...pane.querySelectorAll('.view-line > span')];
        return lines
          .filter((line) => line.getBoundingClientRect().right > right)
          .map((line) => line.textContent);
      });
    assert.deepEqual(cutOff, []);
  },

  'its query shows the pool of the demo': async ({ page }) => {
    const answer = await run(page, 'ShowPool');
    assert.match(answer, /"name": "Spanish for English speakers"/);
    assert.match(answer, /"unusedTotal": 5/);
    assert.match(answer, /"shortfall": 7/);
    assert.doesNotMatch(answer, /"errors"/);
  },

  'its mutation tops the pool up': async ({ page }) => {
    const answer = await run(page, 'TopUp');
    assert.match(answer, /"outcome": "SATISFIED"/);
    assert.match(answer, /"unusedTotal": 12/);
    assert.doesNotMatch(answer, /"errors"/);
  },

  'its query then shows a full pool': async ({ page }) => {
    const answer = await run(page, 'ShowPool');
    assert.match(answer, /"unusedTotal": 12/);
    assert.match(answer, /"shortfall": 0/);
  },

  'its subscription shows the pool, and every change of it': async ({ page }) => {
    await page.getByRole('button', { name: 'Execute query' }).click();
    await page.getByRole('menuitem', { name: 'WatchPool' }).click();
    const shown = page.locator('.graphiql-response');
    await shown.getByText('"usedTotal"').waitFor();
    const before = numberOf(await shown.innerText(), 'usedTotal');
    const { origin } = new URL(page.url());
    for (let claims = 1; claims <= 2; claims += 1) {
      await claimDialog(origin);
      await shown
        .getByText(`"usedTotal": ${before + claims}`.replaceAll(' ', '\u00a0'))
        .or(shown.getByText(`"usedTotal": ${before + claims}`))
        .first()
        .waitFor();
    }
    await page.getByRole('button', { name: 'Stop query' }).click();
  },

  'its documentation describes the schema': async ({ page }) => {
    await page.getByRole('button', { name: 'Show Documentation Explorer' }).click();
    await page.locator('.graphiql-doc-explorer').getByRole('link', { name: 'Mutation' }).click();
    await page.getByText('The fields that change data.').waitFor();
    await page
      .locator('.graphiql-doc-explorer')
      .getByRole('link', { name: 'ensureDialogs', exact: true })
      .click();
    await page.getByText('at least min unused ones').first().waitFor();
  },

  'it sent no request to another host': async ({ page, abroad }) => {
    await page.waitForLoadState('networkidle');
    assert.deepEqual(abroad, []);
  },

  'it logged no error or warning to the console': async ({ complaints }) => {
    assert.deepEqual(complaints, []);
  },
};

async function runAll(server: Server, browser: Browser, folder: string): Promise<number> {
  let failed = 0;
  const visited = await visit(browser, new URL('/', server.url));
  visited.page.setDefaultTimeout(30_000);
  for (const [name, check] of Object.entries(checks)) {
    try {
      await check(visited);
      say(`✓ ${name}`);
    } catch (error) {
      failed += 1;
      say(`✗ ${name}\n${error instanceof Error ? error.stack : error}`);
    }
  }
  const screenshot = join(folder, 'graphiql.png');
  await visited.page.screenshot({ path: screenshot });
  say(`screenshot: ${screenshot}`);
  say(`${Object.keys(checks).length - failed} passed, ${failed} failed`);
  return failed;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

const folder = await mkdtemp(join(tmpdir(), 'dialog-pool-browser-'));
const dataDir = join(folder, 'data');
const server = await startServer({ DATA_DIR: dataDir, DEMO: '1' });
const browser = await launchChromium();
try {
  process.exitCode = (await runAll(server, browser, folder)) === 0 ? 0 : 1;
} finally {
  await browser.close();
  await server.end('SIGTERM');
  await rm(dataDir, { recursive: true });
}
