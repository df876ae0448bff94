import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { CosmosClient } from '@azure/cosmos';
import { createHttpServer } from '@vercel/cosmosdb-server';
import { portOf } from '../cosmos/port-of.ts';
import './query-engine.ts';

/** An emulator of Azure Cosmos DB in this process, empty at the start. */
export interface Emulator {
  readonly url: string;
  /** Creates a database, empty but for containers that are given by their partition keys. */
  createDatabase(name: string, containers?: Readonly<Record<string, string>>): Promise<void>;
  stop(): Promise<void>;
}

/** Any key will do: the emulator checks none. */
export const EMULATOR_KEY = Buffer.from('any key').toString('base64');

/** @param port 0 for a free one */
export async function startEmulator(port = 0): Promise<Emulator> {
  const server = createHttpServer({ keepAlive: true });
  // By default, Node closes a connection after 5 s without a request. A client may send one at that very moment, and
  // only the store repeats requests whose connection was reset.
  server.keepAliveTimeout = 0;
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${portOf(server)}`;
  const agent = new Agent({ keepAlive: true });
  return {
    url,
    createDatabase: async (name, containers = {}) => {
      await create(`${url}/dbs`, agent, { id: name });
      for (const [id, partitionKey] of Object.entries(containers))
        await create(`${url}/dbs/${name}/colls`, agent, { id, partitionKey: { paths: [partitionKey] } });
    },
    stop: async () => {
      agent.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Creates a resource without the SDK, whose requests take several times as long. */
function create(url: string, agent: Agent, resource: object): Promise<void> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method: 'POST', agent }, (response) => {
      response.resume();
      response.once('end', () =>
        response.statusCode === 201
          ? resolve()
          : reject(new Error(`the emulator answered ${response.statusCode}`)),
      );
    });
    sent.once('error', reject);
    sent.end(JSON.stringify(resource));
  });
}

/** A client of an emulator, for what is done past the store. */
export function emulatorClient(url: string): CosmosClient {
  return new CosmosClient({
    endpoint: url,
    key: EMULATOR_KEY,
    connectionPolicy: { enableEndpointDiscovery: false },
  });
}
