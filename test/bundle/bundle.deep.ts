import { execFile } from 'node:child_process';
import { cp, mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { portOf } from '../cosmos/port-of.ts';
import { startAzurite } from '../emulators/azurite.ts';
import { EMULATOR_KEY, startEmulator } from '../emulators/cosmos-emulator.ts';
import { KEY, providerFor } from '../llm/course-server.ts';
import { writesDialogs } from '../llm/provider.ts';
import { startServer } from '../llm/server.ts';
import { failedStart } from '../processes/failed-start.ts';
import { CreateProfile, Ensure, turnsOf, Voice } from '../speech/heard-server.ts';
import { openSpeechServer } from '../speech/speech-server.ts';
import { metricsIn } from '../support/metrics.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { bearer } from '../support/test-app.ts';
import { newPackage } from '../words/anki-deck.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const run = promisify(execFile);

/** A copy of the bundle in a folder that has no `node_modules` above it. */
let bundle: string;
beforeAll(async () => {
  await run('npm run bundle', { cwd: ROOT, shell: true });
  bundle = await mkdtemp(join(tmpdir(), 'dialog-pool-bundle-'));
  await cp(join(ROOT, 'bundle'), bundle, { recursive: true });
});
afterAll(() => rm(bundle, { recursive: true }));

async function files(): Promise<string[]> {
  const entries = await readdir(bundle, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
}

async function content(name: string): Promise<string> {
  return readFile(join(bundle, name), 'utf8');
}

async function started(env: Readonly<Record<string, string>>) {
  const server = await startServer(env, [], join(bundle, 'main.js'));
  onTestFinished(async () => void (await server.end('SIGKILL')));
  return server;
}

describe('the folder', () => {
  test('has less than 40 MB, no package of its own, and no path of the machine that made it', async () => {
    const all = await files();
    const sizes = await Promise.all(all.map(async (file) => (await stat(file)).size));
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(40_000_000);
    expect(all.filter((file) => file.includes('node_modules'))).toEqual([]);
    const texts = all.filter((file) => !file.endsWith('.node'));
    const contents = await Promise.all(texts.map((file) => readFile(file, 'utf8')));
    expect(contents.filter((text) => text.includes(ROOT) || text.includes('registry.npmjs'))).toEqual([]);
    expect(JSON.parse(await content('package.json'))).toMatchObject({ type: 'module', license: 'MIT' });
    expect(await content('LICENSE')).toBe(await readFile(join(ROOT, 'LICENSE'), 'utf8'));
  });

  test('lists all packages whose code it has, with their licences', async () => {
    const code = (await files()).filter((file) => file.endsWith('.js'));
    const contents = await Promise.all(code.map((file) => readFile(file, 'utf8')));
    // The compiler writes the path of each module above its code.
    const paths = contents.flatMap((text) => [...text.matchAll(/^ *\/\/ (node_modules\/\S+)$/gm)]);
    const folders = paths.map(([, path = '']) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? '');
    const ids = [...new Set(folders)].map(async (folder) => {
      const { name, version } = JSON.parse(await readFile(join(ROOT, folder, 'package.json'), 'utf8'));
      return `${name}@${version}`;
    });
    const compiled = await Promise.all(ids);
    expect(compiled.length).toBeGreaterThan(100);

    const { components, dependencies } = JSON.parse(await content('sbom.cdx.json'));
    const listed: string[] = components.map((one: { 'bom-ref': string }) => one['bom-ref']);
    // The binary has no path in the code.
    expect(listed.filter((id) => !id.startsWith('@libsql/')).toSorted()).toEqual(compiled.toSorted());
    expect(listed).toHaveLength(compiled.length + 1);
    expect(dependencies).toHaveLength(listed.length + 1);
    for (const { licenses, hashes } of components) {
      expect(licenses).toHaveLength(1);
      expect(hashes).toHaveLength(1);
    }
    const licences = await content('THIRD-PARTY-LICENSES.txt');
    const titles = [...licences.matchAll(/^(\S+@\d\S*) \(.+\)$/gm)].map(([, id]) => id);
    expect(titles).toEqual(listed);
  });
});

test('it creates the demo, tops its pool up, imports a package of Anki, shows GraphiQL, and stops with code 0', async () => {
  const server = await started({ DATA_DIR: await tempFolder(), DEMO: '1' });
  const topUp = 'mutation{ensureDialogs(profileId:"demo"){outcome unusedTotal}}';
  const answer = await fetch(server.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: topUp }),
  });
  expect(await answer.json()).toEqual({
    data: { ensureDialogs: { outcome: 'SATISFIED', unusedTotal: 12 } },
  });

  const deck = await newPackage({
    types: { Basic: ['Front', 'Back'] },
    notes: [{ type: 'Basic', fields: ['bicicleta', 'bicycle'] }],
  });
  const imported = await fetch(new URL('/import/anki?profile=demo&text=Front&translation=Back', server.url), {
    method: 'POST',
    headers: { 'content-type': 'application/octet-stream' },
    body: new Uint8Array(deck),
  });
  expect(await imported.json()).toMatchObject({ added: 1 });

  const page = await fetch(server.url, { headers: { accept: 'text/html' } });
  expect(page.status).toBe(200);
  expect(await page.text()).toContain('renderYogaGraphiQL');
  expect(await server.end('SIGTERM')).toBe(0);
});

test('it accepts the tokens that its token command makes', async () => {
  const DATA_DIR = await tempFolder();
  const args = [join(bundle, 'make-token.js'), '--subject', 'ana', '--role', 'reader'];
  const { stdout, stderr } = await run(process.execPath, args, { env: { DATA_DIR } });
  const variables = [...stderr.matchAll(/(AUTH\w*)=(\S+)/g)].map(([, name = '', value = '']) => [
    name,
    value,
  ]);
  const server = await started({ DATA_DIR, HOST: '0.0.0.0', ...Object.fromEntries(variables) });
  const { port } = new URL(server.url);
  const status = async (token?: string) => {
    const url = `http://127.0.0.1:${port}/graphql?query={profiles{edges{node{id}}}}`;
    return (await fetch(url, { headers: bearer(token) })).status;
  };
  expect([await status(stdout.trim()), await status()]).toEqual([200, 401]);
});

test('it works with Cosmos DB, a model, a speech service and Azure Blob Storage', async () => {
  const [emulator, azurite] = await Promise.all([startEmulator(), startAzurite()]);
  onTestFinished(async () => void (await Promise.all([emulator.stop(), azurite.stop()])));
  const [model, speech] = [await providerFor(writesDialogs), await openSpeechServer()];
  const server = await started({
    COSMOS_ENDPOINT: emulator.url,
    COSMOS_KEY: EMULATOR_KEY,
    LLM_BASE_URL: model.baseUrl,
    LLM_API_KEY: KEY,
    LLM_MODEL: 'test-chat',
    TTS_BASE_URL: speech.baseUrl,
    TTS_MODEL: 'voice-1',
    AZURE_STORAGE_CONNECTION_STRING: azurite.connectionString,
  });
  await server.ask(CreateProfile, {});
  const { ensureDialogs } = await server.ask(Ensure, {});
  expect(ensureDialogs).toEqual({ outcome: 'SATISFIED', unusedTotal: 12 });
  expect(model.calls).toHaveLength(12);
  await server.ask(Voice, {});
  const [turn] = await turnsOf(server);
  const recording = await fetch(turn?.audioUrl ?? '');
  expect(recording.headers.get('content-type')).toBe('audio/wav');
  const metrics = metricsIn(await (await fetch(new URL('/metrics', server.url))).text());
  expect(metrics['dialog_pool_store_requests_total{method="createDialog"}']).toBeGreaterThanOrEqual(12);
  expect(metrics).toMatchObject({
    'dialog_pool_store_call_duration_seconds_count{method="createDialog",outcome="ok"}': 12,
  });
  expect(await server.end('SIGTERM')).toBe(0);
});

test('without a key it asks the platform for a token of its identity', async () => {
  const asked: string[] = [];
  const platform = createServer((request, response) => {
    asked.push(`${request.headers['x-identity-header']} ${request.url}`);
    response.writeHead(400, { 'content-type': 'application/json' }).end('{"error":"no identity here"}');
  });
  platform.listen(0, '127.0.0.1');
  onTestFinished(() => void platform.close());
  const { code, stderr } = await failedStart(
    {
      DATA_DIR: await tempFolder(),
      PORT: '0',
      AZURE_STORAGE_ACCOUNT_URL: 'https://account.invalid',
      IDENTITY_ENDPOINT: `http://127.0.0.1:${portOf(platform)}/token`,
      IDENTITY_HEADER: 'ours',
    },
    [],
    join(bundle, 'main.js'),
  );
  expect({ code, stderr }).toEqual({
    code: 1,
    stderr: expect.stringContaining('AZURE_STORAGE_ACCOUNT_URL: recordings cannot be kept: '),
  });
  expect(asked[0]).toMatch(/^ours \/token\?.*storage\.azure\.com/);
});

test('it does not start on an address that other machines can reach without AUTH', async () => {
  const env = { DATA_DIR: await tempFolder(), HOST: '0.0.0.0', PORT: '0' };
  const { code, stderr } = await failedStart(env, [], join(bundle, 'main.js'));
  expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('AUTH is missing') });
});
