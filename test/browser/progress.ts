import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startProvider, writesDialogs } from '../llm/provider.ts';
import { startServer } from '../llm/server.ts';
import { createCourse } from '../processes/course-on-server.ts';
import { launchChromium } from './chromium.ts';

/* GraphiQL shows the progress of a top-up event by event, while a stand-in of a model needs 300 ms for a dialog. */

const DIALOGS = 8;

const DOCUMENT = 'subscription Watch { pool(profileId: "ana") { unusedTotal currentTopUp { state } } }';

const folder = await mkdtemp(join(tmpdir(), 'dialog-pool-progress-'));
const provider = await startProvider((call) => ({ ...writesDialogs(call), afterMs: 300 }));
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
  const counts = new Set<number>();
  for (let hasStarted = false, isOver = false; !isOver; ) {
    const text = (await shown.innerText()).replaceAll('\u00a0', ' ');
    counts.add(Number(/"unusedTotal": (\d+)/.exec(text)?.[1]));
    hasStarted ||= text.includes('RUNNING');
    isOver = hasStarted && text.includes('"currentTopUp": null');
  }
  process.stdout.write(`dialogs shown: ${[...counts].join(', ')}\n`);
  assert.deepEqual(
    [...counts],
    [...counts].sort((one, other) => one - other),
  );
  assert.equal([...counts].at(-1), DIALOGS);
  assert.ok(counts.size > DIALOGS / 2, 'most dialogs are shown by an event of their own');
  process.stdout.write('✓ GraphiQL shows the progress of a top-up event by event\n');
} finally {
  await browser.close();
  await server.end('SIGTERM');
  await provider.close();
  await rm(folder, { recursive: true });
}
