import { afterAll, beforeAll } from 'vitest';
import { foreignContract } from '../contract/foreign-contract.ts';
import { dialogsAndLeasesContract } from '../contract/store-contract.ts';
import { type Emulator, startEmulator } from '../emulators/cosmos-emulator.ts';
import { OlderService } from './older-service.ts';
import { openedCosmosStore } from './opened-cosmos-store.ts';

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator();
});
afterAll(() => emulator.stop());

const NAME = 'The store on Azure Cosmos DB';
/** A document is created by one request, which fails only if the id is taken. */
const CAPABILITIES = { seesOtherUnusedDialogs: false, seesProfiles: false };

dialogsAndLeasesContract(NAME, () => openedCosmosStore(emulator), CAPABILITIES);

foreignContract(
  NAME,
  async () => {
    const opened = await openedCosmosStore(emulator);
    return { ...opened, foreign: new OlderService(opened.database) };
  },
  CAPABILITIES,
);
