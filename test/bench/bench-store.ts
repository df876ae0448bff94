import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSqliteStore } from '../../src/adapters/sqlite/sqlite-store.ts';
import { inProcessEvents } from '../../src/adapters/system/in-process-events.ts';
import { systemClock } from '../../src/adapters/system/system-clock.ts';
import { createPool, type Pool } from '../../src/pool/pool.ts';
import type { DialogGenerator } from '../../src/ports/generator.ts';
import type { Store } from '../../src/ports/store.ts';
import { choices } from '../support/choices.ts';
import { memoryLog } from '../support/memory-log.ts';
import { soleVersion } from '../support/sole-version.ts';

/** Calls `work` with a new folder, and deletes the folder afterwards. */
export async function inTempFolder<Result>(work: (folder: string) => Promise<Result>): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), 'dialog-pool-bench-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Calls `work` with an empty embedded store on a file. */
export async function onBenchStore<Result>(work: (store: Store) => Promise<Result>): Promise<Result> {
  return inTempFolder(async (folder) => {
    const store = await openSqliteStore({ path: join(folder, 'pool.sqlite') });
    try {
      return await work(store);
    } finally {
      await store.close();
    }
  });
}

export function benchPool(store: Store, generator: DialogGenerator): Pool {
  return createPool({
    ...choices,
    store,
    generator,
    prompts: soleVersion(generator),
    clock: systemClock,
    log: memoryLog(),
    events: inProcessEvents(memoryLog()),
    prices: null,
    newId: randomUUID,
    random: Math.random,
  });
}
