import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const require = createRequire(import.meta.url);

const ACCOUNT = 'dialogs';

/** The emulator of Azure Blob Storage in a process of its own, on a free port and a folder that goes with it. */
export interface Azurite {
  readonly connectionString: string;
  stop(): Promise<void>;
}

export async function startAzurite(): Promise<Azurite> {
  const folder = await mkdtemp(join(tmpdir(), 'azurite-'));
  const main = require.resolve('azurite/dist/src/blob/main.js');
  const key = randomBytes(32).toString('base64');
  const emulator = spawn(
    process.execPath,
    [
      main,
      '--blobPort',
      '0',
      '--location',
      folder,
      '--silent',
      '--disableTelemetry',
      '--skipApiVersionCheck',
    ],
    {
      cwd: folder,
      env: { AZURITE_ACCOUNTS: `${ACCOUNT}:${key}` },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const ended = once(emulator, 'exit');
  const stop = async () => {
    emulator.kill();
    await ended;
    await rm(folder, { recursive: true, force: true });
  };
  for await (const output of emulator.stdout.iterator({ destroyOnReturn: false })) {
    const [url] = /http:\/\/127\.0\.0\.1:\d+/.exec(String(output).split('successfully').at(1) ?? '') ?? [];
    if (url === undefined) continue;
    emulator.stdout.resume();
    const settings = {
      DefaultEndpointsProtocol: 'http',
      AccountName: ACCOUNT,
      AccountKey: key,
      BlobEndpoint: `${url}/${ACCOUNT}`,
    };
    const connectionString = Object.entries(settings)
      .map(([name, value]) => `${name}=${value}`)
      .join(';');
    return { connectionString, stop };
  }
  throw new Error('the emulator of Azure Blob Storage ended before it listened');
}
