import type { Emulator } from '../emulators/cosmos-emulator.ts';
import { EMULATOR_KEY } from '../emulators/cosmos-emulator.ts';

/**
 * Puts a document into a container without the client, which refuses ids that it could not reach again. Other clients
 * of the service are less careful.
 */
export async function writeRaw(
  { url }: Emulator,
  database: string,
  container: string,
  document: Readonly<Record<string, unknown>>,
  partition: string,
): Promise<void> {
  const response = await fetch(`${url}/dbs/${database}/colls/${container}/docs`, {
    method: 'POST',
    headers: {
      authorization: EMULATOR_KEY,
      'content-type': 'application/json',
      'x-ms-documentdb-partitionkey': JSON.stringify([partition]),
    },
    body: JSON.stringify(document),
  });
  if (response.status !== 201) throw new Error(`the emulator answered ${response.status}`);
  await response.arrayBuffer();
}
