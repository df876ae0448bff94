import { execFile } from 'node:child_process';
import { createHash, generateKeyPairSync } from 'node:crypto';
import { readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { startServer } from '../llm/server.ts';
import { failedStart } from '../processes/failed-start.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { bearer } from '../support/test-app.ts';

const MAKE_TOKEN = fileURLToPath(new URL('../../dist/main/make-token.js', import.meta.url));

/** Runs what `npm run token` runs. @returns the token, and the variables that it prints */
async function makeToken(env: Record<string, string>, ...args: string[]) {
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [MAKE_TOKEN, ...args], { env });
  const variables = [...stderr.matchAll(/(AUTH\w*)=(\S+)/g)].map(([, name = '', value = '']) => [
    name,
    value,
  ]);
  return { token: stdout.trim(), line: stderr.trim().split('\n').at(-1), env: Object.fromEntries(variables) };
}

async function startedServer(env: Readonly<Record<string, string>>) {
  const server = await startServer(env);
  onTestFinished(async () => {
    await server.end('SIGKILL');
  });
  return {
    ...server,
    async ask(token?: string) {
      const response = await fetch(`${server.url}?query={profiles{edges{node{id}}}}`, {
        headers: bearer(token),
      });
      return { status: response.status, body: await response.json() };
    },
  };
}

const none = { status: 200, body: { data: { profiles: { edges: [] } } } };

test('a server accepts the tokens that the token command makes for it, and logs whose request it was', async () => {
  const DATA_DIR = join(await tempFolder(), 'data');
  const alice = await makeToken({ DATA_DIR }, '--subject', 'alice', '--role', 'learner');
  const backend = await makeToken({ DATA_DIR }, '--subject', 'backend', '--role', 'service', '--hours', '1');
  expect(backend.env).toEqual(alice.env);
  expect((await stat(join(DATA_DIR, 'token-key.pem'))).mode & 0o777).toBe(0o600);
  const server = await startedServer({ DATA_DIR, DEMO: '1', HOST: '0.0.0.0', ...alice.env });
  expect(server.output()).not.toContain('AUTH=none');
  expect(await server.ask(alice.token)).toEqual(none);
  expect((await server.ask(backend.token)).body.data.profiles.edges).toHaveLength(2);
  expect(await server.ask()).toMatchObject({ status: 401 });
  expect(server.output()).toMatch(/"subject":"alice","operationType":"query"/);
  const other = await makeToken(
    { DATA_DIR: join(DATA_DIR, 'other') },
    '--subject',
    'alice',
    '--role',
    'service',
  );
  expect(await server.ask(other.token)).toMatchObject({ status: 401 });
});

test('the variables that the token command prints can be pasted into a shell, and a server accepts the token with them', async () => {
  const DATA_DIR = join(await tempFolder(), 'my data');
  const set = {
    AUTH_ISSUER: " https://issuer.example/?a=1&b='2' ",
    AUTH_AUDIENCE: 'dialog pool',
    AUTH_ROLES_CLAIM: ' realm_access.roles ',
  };
  const { token, line } = await makeToken({ DATA_DIR, ...set }, '--subject', 'alice', '--role', 'reader');
  const { stdout } = await promisify(execFile)('/bin/sh', ['-c', `${line} env`], { env: {} });
  const env = Object.fromEntries([...stdout.matchAll(/^(AUTH\w*)=(.*)$/gm)].map(([, ...pair]) => pair));
  expect(env).toEqual({
    AUTH: 'jwt',
    AUTH_PUBLIC_KEY: join(DATA_DIR, 'token-key.pub.pem'),
    AUTH_ISSUER: "https://issuer.example/?a=1&b='2'",
    AUTH_AUDIENCE: 'dialog pool',
    AUTH_ROLES_CLAIM: 'realm_access.roles',
  });
  const server = await startedServer({ DATA_DIR, ...env });
  expect(await server.ask(token)).toEqual(none);
});

test('the token command says which argument is wrong, and explains itself if it is asked', async () => {
  const DATA_DIR = await tempFolder();
  const usage = 'Usage: npm run -s token -- --subject <name>';
  const wrong: [string, string[]][] = [
    ['--subject must name who the token is for', []],
    ['--role must be one of service, reader, learner.', ['--subject', 'a']],
    ['--role must be one of service, reader, learner.', ['--subject', 'a', '--role', 'x']],
    ['--hours must be a number from 1 to 8760.', ['--subject', 'a', '--role', 'reader', '--hours', 'x']],
    ["Unknown option '--what'", ['--what']],
  ];
  for (const [message, args] of wrong) {
    const failed = await makeToken({ DATA_DIR }, ...args).catch((error: unknown) => error);
    expect(failed).toMatchObject({ code: 1, stdout: '' });
    expect(failed).toHaveProperty('stderr', expect.stringContaining(message));
    expect(failed).toHaveProperty('stderr', expect.stringContaining(usage));
  }
  expect((await makeToken({ DATA_DIR }, '--help')).token).toContain(usage);
  expect(await readdir(DATA_DIR)).toEqual([]);
});

test('a server accepts tokens and keys beside each other, with a public key whose line breaks are escaped', async () => {
  const DATA_DIR = await tempFolder();
  const { token, env } = await makeToken({ DATA_DIR }, '--subject', 'alice', '--role', 'reader');
  const keysFile = join(DATA_DIR, 'keys.json');
  const sha256 = createHash('sha256').update('secret-key').digest('hex');
  await writeFile(keysFile, JSON.stringify([{ name: 'dashboard', role: 'reader', sha256 }]));
  const server = await startedServer({ DATA_DIR, ...env, AUTH: 'jwt,keys', AUTH_KEYS_FILE: keysFile });
  expect(await server.ask(token)).toEqual(none);
  expect(await server.ask('secret-key')).toEqual(none);
  expect(await server.ask('other-key')).toMatchObject({ status: 401 });
  expect(server.output()).not.toContain('secret-key');
});

test('a key, a file of keys or a manifest that cannot be used ends the start with one message', async () => {
  const DATA_DIR = await tempFolder();
  const file = async (name: string, text: string) => {
    await writeFile(join(DATA_DIR, name), text);
    return join(DATA_DIR, name);
  };
  const spki = { type: 'spki', format: 'pem' } as const;
  const weak = generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey.export(spki);
  const unusual = generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).publicKey.export(spki);
  const secret = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' });
  const JWT = { AUTH: 'jwt', AUTH_ISSUER: 'x', AUTH_AUDIENCE: 'x' };
  const path = join(DATA_DIR, 'none');
  const missing = `the file cannot be read: ENOENT: no such file or directory, stat '${path}'`;
  const starts: [Record<string, string>, string][] = [
    [{ ...JWT, AUTH_PUBLIC_KEY: path }, `AUTH_PUBLIC_KEY: ${missing}`],
    [
      { ...JWT, AUTH_PUBLIC_KEY: await file('text', 'x') },
      'AUTH_PUBLIC_KEY must be a public key in PEM format, or the path of one',
    ],
    [
      { ...JWT, AUTH_PUBLIC_KEY: String(secret) },
      'AUTH_PUBLIC_KEY is a private key. Give the server the public key alone.',
    ],
    [{ ...JWT, AUTH_PUBLIC_KEY: String(weak) }, 'AUTH_PUBLIC_KEY must have at least 2048 bits, and has 1024'],
    [
      { ...JWT, AUTH_PUBLIC_KEY: String(unusual) },
      'AUTH_PUBLIC_KEY must be on the curve P-256, P-384 or P-521, and is on secp256k1',
    ],
    [{ AUTH: 'keys', AUTH_KEYS_FILE: path }, `AUTH_KEYS_FILE: ${missing}`],
    [{ AUTH: 'keys', AUTH_KEYS_FILE: await file('keys', '[]') }, 'AUTH_KEYS_FILE: the file: must have a key'],
    [{ PERSISTED_OPERATIONS: path }, `PERSISTED_OPERATIONS: ${missing}`],
    [
      { PERSISTED_OPERATIONS: await file('manifest', '[]') },
      'PERSISTED_OPERATIONS: the file must be a JSON object of documents by their ids',
    ],
  ];
  const ends = await Promise.all(starts.map(([env]) => failedStart({ DATA_DIR, PORT: '0', ...env })));
  expect(ends).toEqual(starts.map(([, stderr]) => ({ code: 1, stdout: '', stderr: `${stderr}\n` })));
});

test('a server that executes the operations of a manifest only does not speak of GraphiQL', async () => {
  const DATA_DIR = await tempFolder();
  const manifest = join(DATA_DIR, 'persisted-documents.json');
  await writeFile(manifest, JSON.stringify({ one: '{ __typename }' }));
  const server = await startedServer({ DATA_DIR, PERSISTED_OPERATIONS: manifest });
  expect(server.output()).not.toContain('GraphiQL');
  expect(await (await fetch(`${server.url}?documentId=one`)).json()).toEqual({
    data: { __typename: 'Query' },
  });
});
