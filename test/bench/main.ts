import { markdown, type Table } from './table.ts';
import * as attacks from './tables/attacks.ts';
import * as busySubject from './tables/busy-subject.ts';
import * as cosmosRequests from './tables/cosmos-requests.ts';
import * as failingModel from './tables/failing-model.ts';
import * as learning from './tables/learning.ts';
import * as memory from './tables/memory.ts';
import * as olderAlgorithms from './tables/older-algorithms.ts';
import * as paidTopUp from './tables/paid-top-up.ts';
import * as poolPage from './tables/pool-page.ts';
import * as roundTrips from './tables/round-trips.ts';
import * as vocabulary from './tables/vocabulary.ts';
import * as watching from './tables/watching.ts';

/* `npm run bench` prints all tables, `npm run bench -- NAME...` some of them. */

const TABLES: readonly Table[] = [
  olderAlgorithms,
  roundTrips,
  cosmosRequests,
  vocabulary,
  paidTopUp,
  failingModel,
  watching,
  poolPage,
  busySubject,
  learning,
  memory,
  attacks,
];

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !TABLES.some((table) => table.name === name));
if (unknown.length > 0) {
  const names = TABLES.map(({ name }) => name).join(', ');
  process.stderr.write(`There is no table ${unknown.join(', ')}. There are: ${names}.\n`);
  process.exit(1);
}
for (const table of TABLES) {
  if (wanted.length > 0 && !wanted.includes(table.name)) continue;
  process.stdout.write(`${markdown(await table.run())}\n`);
}
