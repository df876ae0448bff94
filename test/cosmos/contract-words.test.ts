import { afterAll, beforeAll } from 'vitest';
import { profilesAndWordsContract } from '../contract/store-contract.ts';
import { type Emulator, startEmulator } from '../emulators/cosmos-emulator.ts';
import { openedCosmosStore } from './opened-cosmos-store.ts';

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator();
});
afterAll(() => emulator.stop());

/** Several rounds of requests at once. A thousand words are added in `documents.test.ts`. */
const WORDS = 150;

profilesAndWordsContract('The store on Azure Cosmos DB', () => openedCosmosStore(emulator), WORDS);
