import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { EMULATOR_KEY, startEmulator } from '../emulators/cosmos-emulator.ts';

/* `npm run dev:cosmos`: an emulator of Azure Cosmos DB, and on it the server, which starts again when its source
   changes. What is stored is gone when both end. */

const emulator = await startEmulator();
process.stdout.write(`The emulator of Azure Cosmos DB is at ${emulator.url}\n`);
const server = spawn(
  process.execPath,
  [fileURLToPath(import.meta.resolve('tsx/cli')), 'watch', 'src/main.ts'],
  {
    env: { DEMO: '1', ...process.env, COSMOS_ENDPOINT: emulator.url, COSMOS_KEY: EMULATOR_KEY },
    stdio: 'inherit',
  },
);
// A terminal interrupts both processes. The emulator runs until the server has ended.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => server.kill('SIGTERM'));
const [code] = await once(server, 'exit');
await emulator.stop();
process.exitCode = typeof code === 'number' ? code : 1;
