import { openSqliteStore } from '../../src/adapters/sqlite/sqlite-store.ts';
import { systemClock } from '../../src/adapters/system/system-clock.ts';
import { templateGenerator } from '../../src/adapters/template/generator.ts';
import { seedDemo } from '../../src/demo/seed-demo.ts';

/** Seeds the file named by its argument, as a server does when it starts. */
const store = await openSqliteStore({ path: process.argv[2] ?? '' });
await seedDemo(store, templateGenerator(), systemClock);
await store.close();
