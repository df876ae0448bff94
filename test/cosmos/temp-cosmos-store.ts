import { onTestFinished } from 'vitest';
import type { Store } from '../../src/ports/store.ts';
import { startEmulator } from '../emulators/cosmos-emulator.ts';
import { openedCosmosStore } from './opened-cosmos-store.ts';

/** Opens a store on an emulator of its own. Both are closed when the test has finished. */
export async function tempCosmosStore(): Promise<Store> {
  const emulator = await startEmulator();
  onTestFinished(() => emulator.stop());
  const opened = await openedCosmosStore(emulator);
  onTestFinished(() => opened.dispose());
  return opened.store;
}
