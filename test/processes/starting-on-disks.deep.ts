import { join } from 'node:path';
import { expect, test } from 'vitest';
import { tempFolder } from '../support/temp-folder.ts';
import { failedStart } from './failed-start.ts';
import { canMount, mounted } from './small-disk.ts';

test.runIf(process.platform === 'linux')(
  'a data folder that no file system can hold ends the start',
  async () => {
    expect(await failedStart({ DATA_DIR: '/proc/nope/data', PORT: '0' })).toEqual({
      code: 1,
      stdout: '',
      stderr:
        "DATA_DIR: the folder cannot be created: ENOENT: no such file or directory, mkdir '/proc/nope'\n",
    });
  },
);

test.runIf(canMount).each([
  ['full', '-t tmpfs -o size=8k tmpfs', 'disk I/O error'],
  ['almost full', '-t tmpfs -o size=200k tmpfs', 'database or disk is full'],
  ['read-only', '-t tmpfs -o ro tmpfs', 'it cannot be opened for writing'],
])('a disk that is %s ends the start with one message', async (_, options, reason) => {
  const DATA_DIR = await tempFolder();
  const { launcher, env } = mounted(options);
  const path = join(DATA_DIR, 'dialog-pool.sqlite');
  expect(await failedStart({ DATA_DIR, PORT: '0', ...env }, launcher)).toEqual({
    code: 1,
    stdout: '',
    stderr: `The data file ${path} cannot be opened: ${reason}\n`,
  });
});

test.runIf(canMount)('a disk that the demo does not fit on ends the start with one message', async () => {
  const { launcher, env } = mounted('-t tmpfs -o size=600k tmpfs');
  expect(await failedStart({ DATA_DIR: await tempFolder(), PORT: '0', ...env }, launcher)).toEqual({
    code: 1,
    stdout: '',
    stderr: 'The store cannot be used: database or disk is full\n',
  });
});
