import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startServer } from '../llm/server.ts';
import { launchChromium } from './chromium.ts';

/* On a server that asks for tokens, GraphiQL's page opens, and its requests carry the token of its header editor. */

const DATA_DIR = await mkdtemp(join(tmpdir(), 'dialog-pool-'));
const args = ['dist/main/make-token.js', '--subject', 'dashboard', '--role', 'reader'];
const token = execFileSync(process.execPath, args, { env: { DATA_DIR }, encoding: 'utf8' }).trim();
const server = await startServer({
  DATA_DIR,
  DEMO: '1',
  AUTH: 'jwt',
  AUTH_PUBLIC_KEY: join(DATA_DIR, 'token-key.pub.pem'),
  AUTH_ISSUER: 'dialog-pool',
  AUTH_AUDIENCE: 'dialog-pool',
});
const browser = await launchChromium();
try {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  await page.goto(server.url);
  await page.locator('.graphiql-query-editor').getByText('ShowPool').waitFor();

  const send = async (operation: string) => {
    const [response] = await Promise.all([
      page.waitForResponse((answer) => answer.request().postData()?.includes(`"${operation}"`) ?? false),
      (async () => {
        await page.getByRole('button', { name: 'Execute query' }).click();
        await page.getByRole('menuitem', { name: operation }).click();
      })(),
    ]);
    return response;
  };
  assert.equal((await send('ShowPool')).status(), 401);
  await page.locator('.graphiql-response').getByText('UNAUTHENTICATED').waitFor();

  await page.getByRole('button', { name: 'Headers' }).click();
  await page.locator('.graphiql-editor-tool .monaco-editor:visible').click();
  await page.keyboard.insertText(JSON.stringify({ Authorization: `Bearer ${token}` }));
  assert.equal((await send('ShowPool')).status(), 200);
  await page.locator('.graphiql-response').getByText('Spanish for English speakers').waitFor();
  await send('TopUp');
  await page.locator('.graphiql-response').getByText('FORBIDDEN').waitFor();
  await page.getByRole('button', { name: 'Execute query' }).click();
  await page.getByRole('menuitem', { name: 'WatchPool' }).click();
  await page.locator('.graphiql-response').getByText('"usedTotal"').waitFor();
  process.stdout.write('ok: GraphiQL sends the token of its header editor, also for subscriptions\n');
} finally {
  await browser.close();
  await server.end('SIGTERM');
  await rm(DATA_DIR, { recursive: true, force: true });
}
