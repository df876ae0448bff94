import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startProvider, writesDialogs } from '../llm/provider.ts';
import { startServer } from '../llm/server.ts';
import { createCourse } from '../processes/course-on-server.ts';
import { until } from '../support/until.ts';
import { launchChromium } from './chromium.ts';

/* GraphiQL shows the progress of a top-up event by event. A stand-in of a model writes a dialog when the last is shown. */

const DIALOGS = 8;

const DOCUMENT = 'subscription Watch { pool(profileId: "ana") { unusedTotal currentTopUp { state } } }';

const folder = await mkdtemp(join(tmpdir(), 'dialog-pool-progress-'));
const counts = new Set<number>();
const provider = await startProvider(async (call) => {
  await until(() => counts.has(call.number - 1));
  return writesDialogs(call);
});
const server = await startServer({
  DATA_DIR: folder,
  LLM_BASE_URL: provider.baseUrl,
  LLM_API_KEY: 'sk-browser',
  LLM_MODEL: 'test-chat',
  LLM_CONCURRENCY: '1',
});
const browser = await launchChromium();
try {
  await createCourse(server, 'ana', 20);
  const page = await browser.newPage();
  page.setDefaultTimeout(30_000);
  await page.goto(`${server.url}?query=${encodeURIComponent(DOCUMENT)}`);
  await page.getByRole('button', { name: 'Execute query' }).click();
  const shown = page.locator('.graphiql-response');
  await shown.getByText('"currentTopUp"').waitFor();

  const start = `mutation { startTopUp(profileId: "ana", min: ${DIALOGS}) { id } }`;
  await fetch(server.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: start }),
  });
  for (let hasStarted = false, isOver = false; !isOver; ) {
    const text = (await shown.innerText()).replaceAll('\u00a0', ' ');
    const count = /"unusedTotal": (\d+)/.exec(text)?.[1];
    if (count !== undefined) counts.add(Number(count));
    hasStarted ||= text.includes('RUNNING');
    isOver = hasStarted && text.includes('"currentTopUp": null');
  }
  process.stdout.write(`dialogs shown: ${[...counts].join(', ')}\n`);
  assert.deepEqual(
    [...counts],
    Array.from({ length: DIALOGS + 1 }, (_, count) => count),
  );
  process.stdout.write('✓ GraphiQL shows the progress of a top-up event by event\n');
} finally {
  await browser.close();
  await server.end('SIGTERM');
  await provider.close();
  await rm(folder, { recursive: true });
}
