import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { graphql } from '../generated/index.ts';
import { type Server, startServer } from '../llm/server.ts';
import { listen } from '../support/listen.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { failedStart } from './failed-start.ts';

const DemoPool = graphql(`
  query DemoPoolOfProcess {
    profile(id: "demo") {
      pool { unusedTotal usedTotal min wordCounts { pending teaching learned } }
      dialogs(isUsed: false, first: 100) { edges { node { id turns { text } } } }
    }
  }
`);

const TopUpDemo = graphql(`
  mutation TopUpDemoOfProcess {
    ensureDialogs(profileId: "demo") { outcome unusedTotal min created { id turns { text } } }
  }
`);

async function demoServer(env: Readonly<Record<string, string>>): Promise<Server> {
  const server = await startServer({ DEMO: '1', ...env });
  onTestFinished(async () => {
    await server.end('SIGKILL');
  });
  return server;
}

test('a first start creates the demo, its pool is topped up, and both are unchanged after a restart; nothing is said of AUTH on this machine alone', async () => {
  const DATA_DIR = join(await tempFolder(), 'new', 'folder');
  const first = await demoServer({ DATA_DIR });
  const { profile: before } = await first.ask(DemoPool, {});
  const { wordCounts, unusedTotal = 0, min = 0 } = before?.pool ?? {};
  expect(wordCounts?.pending).toBeGreaterThan(0);
  expect(wordCounts?.teaching).toBeGreaterThan(0);
  expect(wordCounts?.learned).toBeGreaterThan(0);
  expect(before?.pool.usedTotal).toBeGreaterThan(0);
  expect(unusedTotal).toBeLessThan(min);

  const { ensureDialogs } = await first.ask(TopUpDemo, {});
  expect(ensureDialogs).toMatchObject({ outcome: 'SATISFIED', unusedTotal: min, min });
  expect(ensureDialogs.created).toHaveLength(min - unusedTotal);
  const { profile: after } = await first.ask(DemoPool, {});
  expect(await first.end('SIGTERM')).toBe(0);
  expect(first.output()).not.toContain('AUTH');

  const second = await demoServer({ DATA_DIR });
  const { profile: restarted } = await second.ask(DemoPool, {});
  expect(restarted).toEqual(after);
  expect(restarted?.dialogs.edges.map(({ node }) => node)).toEqual(
    expect.arrayContaining(ensureDialogs.created),
  );
});

test('a wrong configuration ends the start with one message that names every mistake and shows no secret', async () => {
  const ended = await failedStart({
    DATA_DIR: await tempFolder(),
    PORT: 'four thousand',
    DEMO: 'yes',
    LLM_API_KEY: 'sk-secret-value',
    COSMOS_KEY: 'cosmos-secret-value',
  });
  expect(ended).toEqual({
    code: 1,
    stdout: '',
    stderr: [
      'The configuration is wrong:',
      '  PORT must be a whole number from 0 to 65535',
      '  DEMO must be 0 or 1',
      '  COSMOS_ENDPOINT is missing, but COSMOS_KEY is set',
      '  LLM_BASE_URL is missing, but LLM_API_KEY is set',
      '',
    ].join('\n'),
  });
});

test('a server that other machines can reach starts without authentication if AUTH=none says so, with a warning, and with DEMO=0 its store is empty', async () => {
  const warning = /"level":40.*"host":"0\.0\.0\.0".*AUTH=none lets everyone read and change everything/;
  const open = await demoServer({ DATA_DIR: await tempFolder(), DEMO: '0', HOST: '0.0.0.0', AUTH: 'none' });
  expect(open.output()).toMatch(warning);
  expect(await open.ask(DemoPool, {})).toEqual({ profile: null });
});

test('a port in use ends the start with one message', async () => {
  const { port } = new URL(await listen((_, response) => void response.end()));
  const ended = await failedStart({ DATA_DIR: await tempFolder(), DEMO: '0', PORT: port });
  expect(ended).toEqual({
    code: 1,
    stdout: '',
    stderr: `HOST and PORT: another process, perhaps another server, uses 127.0.0.1:${port}\n`,
  });
});

test('a data folder that cannot be used ends the start with one message that names it', async () => {
  const file = join(await tempFolder(), 'file');
  await writeFile(file, 'not a folder');
  const ended = await failedStart({ DATA_DIR: file, PORT: '0' });
  expect(ended).toEqual({
    code: 1,
    stdout: '',
    stderr: `DATA_DIR: the folder cannot be created: EEXIST: file already exists, mkdir '${file}'\n`,
  });
});

test('a file that is not a database is left unchanged', async () => {
  const DATA_DIR = await tempFolder();
  const path = join(DATA_DIR, 'dialog-pool.sqlite');
  const content = 'something else, longer than the header of a database '.repeat(9);
  await writeFile(path, content);
  expect(await failedStart({ DATA_DIR, PORT: '0' })).toEqual({
    code: 1,
    stdout: '',
    stderr: `The data file ${path} cannot be opened: file is not a database\n`,
  });
  expect(await readFile(path, 'utf8')).toBe(content);
});
