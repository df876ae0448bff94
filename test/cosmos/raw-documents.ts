import type { Emulator } from '../emulators/cosmos-emulator.ts';
import { EMULATOR_KEY } from '../emulators/cosmos-emulator.ts';

/**
 * Creates a document without the SDK, which refuses ids that are not addressable. Other clients do not refuse them.
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
