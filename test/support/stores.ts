import type { Store } from '../../src/ports/store.ts';
import { tempCosmosStore } from '../cosmos/temp-cosmos-store.ts';
import { tempSqliteStore } from './test-app.ts';

/** A store that the rules of the pool hold on. */
interface StoreUnderTest {
  readonly name: string;
  /** Opens an empty one, gone when the test has finished. */
  open(): Promise<Store>;
  /** Which share of the runs of a property it gets: an emulator is slow, and slower with every document. */
  readonly share: number;
}

export const STORES: readonly StoreUnderTest[] = [
  { name: 'the embedded store', open: tempSqliteStore, share: 1 },
  { name: 'Azure Cosmos DB', open: tempCosmosStore, share: 0.03 },
];

/**
 * The stores of rules that need nothing of a store but its contract: the embedded one alone by `npm test`, since a test
 * takes several times as long on an emulator. By `npm run test:deep` all of them (`every-store.deep.ts`).
 */
export const USUAL_STORES = process.env.DEEP === '1' ? STORES : STORES.slice(0, 1);
