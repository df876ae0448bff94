import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { MAIN } from '../support/programs.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { newPackage } from '../words/anki-deck.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Waits until a process has ended that is not a child of this one. */
async function gone(pid: number): Promise<true> {
  for (;;) {
    try {
      process.kill(pid, 0);
    } catch {
      return true;
    }
    await pause(20);
  }
}

test.runIf(process.platform !== 'win32')(
  'npm start serves the demo, and SIGTERM to npm alone stops it',
  async () => {
    const npm = spawn('npm', ['start'], {
      cwd: ROOT,
      env: { PATH: process.env.PATH, PORT: '0', DATA_DIR: await tempFolder() },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let output = '';
    let server: number | null = null;
    onTestFinished(() => {
      if (server !== null && !output.includes('"msg":"stopped"')) process.kill(server, 'SIGKILL');
    });
    npm.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      output += chunk;
    });
    while (!output.includes('GraphiQL is at')) await pause(20);
    server = Number(/"pid":(\d+)/u.exec(output)?.[1]);
    expect(server).not.toBe(npm.pid);

    const [, url = ''] = /GraphiQL is at (http\S+?)\/graphql/u.exec(output) ?? [];
    const send = async (path: string, type: string, body: BodyInit): Promise<unknown> => {
      const response = await fetch(`${url}${path}`, {
        method: 'POST',
        headers: { 'content-type': type },
        body,
      });
      return response.json();
    };
    const query = JSON.stringify({ query: '{ profile(id: "demo") { targetLanguage } }' });
    expect(await send('/graphql', 'application/json', query)).toEqual({
      data: { profile: { targetLanguage: 'es' } },
    });
    const deck = await newPackage({
      types: { Basic: ['Front', 'Back'] },
      notes: [{ type: 'Basic', fields: ['casa', 'house'] }],
    });
    const described = await send(
      '/import/anki?profile=demo',
      'application/octet-stream',
      new Uint8Array(deck),
    );
    expect(described).toMatchObject({ noteTypes: [{ name: 'Basic', notes: 1 }] });

    // npm's output is closed when the server has closed it too, and then all of it has been read.
    const [ended, closed] = [once(npm, 'exit'), once(npm, 'close')];
    npm.kill('SIGTERM');
    await ended;
    expect(await Promise.race([gone(server), pause(30_000, 'still running')])).toBe(true);
    await closed;
    expect(output).toContain('"msg":"stopped"');
  },
);

test.runIf(process.platform !== 'win32')(
  'a server whose npm has ended before the server runs ends at once',
  async () => {
    const env = { npm_lifecycle_event: 'start', PORT: '0', DATA_DIR: await tempFolder() };
    // The shell ends when it has started the server.
    const shell = spawn('/bin/sh', ['-c', '"$0" "$1" &', process.execPath, MAIN], {
      env,
      detached: true,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const group = shell.pid ?? Number.NaN;
    const output = text(shell.stdout);
    const limit = setTimeout(() => process.kill(-group, 'SIGKILL'), 30_000);
    onTestFinished(() => clearTimeout(limit));
    expect(await output).toBe('');
  },
);

describe('npm start in a fresh clone', () => {
  /** A clone whose server only prints a word. */
  async function cloned(word: string): Promise<string> {
    const folder = await tempFolder();
    await mkdir(join(folder, 'src'));
    for (const file of ['package.json', 'src/prestart.js', 'tsconfig.json']) {
      await cp(join(ROOT, file), join(folder, file));
    }
    await writeFile(join(folder, 'src/main.ts'), `process.stdout.write('${word}');\n`);
    return folder;
  }

  async function npmStart(
    cwd: string,
    script = 'start',
  ): Promise<{ code: number | null; stdout: string; stderr: string }> {
    const args = ['run', script, '--silent', '--no-update-notifier'];
    const npm = spawn('npm', args, { cwd, env: { PATH: process.env.PATH }, shell: true });
    const [[code], stdout, stderr] = await Promise.all([
      once(npm, 'close'),
      text(npm.stdout),
      text(npm.stderr),
    ]);
    return { code, stdout, stderr };
  }

  test('builds the server and starts it', async () => {
    const folder = await cloned('hello');
    await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'), 'junction');
    expect(await npmStart(folder)).toEqual({
      code: 0,
      stdout: 'hello',
      stderr: 'Building the server for its first start.\n',
    });
  });

  test('starts what was built before, and does not build again', async () => {
    const folder = await cloned('new');
    await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'), 'junction');
    await mkdir(join(folder, 'dist'));
    await writeFile(join(folder, 'dist/main.js'), "process.stdout.write('as built');\n");
    expect(await npmStart(folder)).toEqual({ code: 0, stdout: 'as built', stderr: '' });
    expect(await npmStart(folder, 'build')).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(await npmStart(folder)).toEqual({ code: 0, stdout: 'new', stderr: '' });
  });

  test.each(['start', 'build'])(
    'builds again if npm run %s was interrupted while it built',
    async (script) => {
      const folder = await cloned('hello');
      const compiler = join(folder, 'node_modules/typescript/bin');
      await mkdir(compiler, { recursive: true });
      await writeFile(
        join(compiler, 'tsc'),
        `const { mkdirSync, writeFileSync } = require('node:fs');
      mkdirSync('dist', { recursive: true });
      writeFileSync('dist/main.js', "import './not-yet-written.js'");
      process.kill(process.ppid, 'SIGKILL');`,
      );
      expect((await npmStart(folder, script)).code).not.toBe(0);
      await rm(join(folder, 'node_modules'), { recursive: true });
      await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'), 'junction');
      expect(await npmStart(folder)).toMatchObject({ code: 0, stdout: 'hello' });
    },
  );

  test('says what to do if the compiler is not installed', async () => {
    expect(await npmStart(await cloned('hello'))).toEqual({
      code: 1,
      stdout: '',
      stderr: 'Nothing has been built. Run npm ci && npm run build.\n',
    });
  });
});
