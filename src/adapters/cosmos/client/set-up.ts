import type { Container, CosmosClient, Database } from '@azure/cosmos';
import { CannotStart } from '../../../model/errors.ts';
import { DocumentContainer } from './container.ts';
import type { Containers } from './containers.ts';
import { CosmosFailure } from './failure.ts';
import type { Retry } from './retry.ts';
import { setUpFailure } from './set-up-failure.ts';

/**
 * What containers are made like if there are none. The indexes are those that the queries use, and no others.
 * `mayExpire`: whether a document goes by itself if it has a `ttl`; without one it stays.
 */
const DEFINITIONS = {
  profiles: {
    partitionKey: '/id',
    indexed: ['name', 'native_language', 'target_language', 'created_at'],
    mayExpire: false,
  },
  words: {
    partitionKey: '/profile_id',
    indexed: ['profile_id', 'state', 'text', 'created_at', 'create_token'],
    mayExpire: false,
  },
  dialogs: {
    partitionKey: '/profile_id',
    indexed: ['profile_id', 'word_id', 'is_used', 'created_at', 'ref_voice_id', 'is_voiced'],
    mayExpire: false,
  },
  leases: { partitionKey: '/id', indexed: [], mayExpire: true },
} as const;

export interface SetUp {
  readonly client: CosmosClient;
  readonly endpoint: string;
  readonly database: string;
  /** Whether the database is to be created where it is absent. */
  readonly createDatabase: boolean;
  /** For finding out what there is. */
  readonly finding: Retry;
  /** For creating databases and containers, which takes longer. */
  readonly creating: Retry;
  /** For everything that is asked of the containers later. */
  readonly retrying: Retry;
}

/**
 * Finds the database and its containers, and creates containers that are absent. Asking for each also makes the
 * client learn its partition key, which would otherwise cost its first write a request more.
 * @throws {CannotStart}
 */
export async function setUp(options: SetUp): Promise<Containers> {
  try {
    const database = await findDatabase(options);
    const find = async (name: keyof typeof DEFINITIONS) =>
      new DocumentContainer(await findContainer(options, database, name), options.retrying);
    const [profiles, words, dialogs, leases] = await Promise.all([
      find('profiles'),
      find('words'),
      find('dialogs'),
      find('leases'),
    ]);
    return { profiles, words, dialogs, leases };
  } catch (error) {
    throw setUpFailure(error, options.endpoint, null);
  }
}

async function findDatabase(options: SetUp): Promise<Database> {
  const { client, endpoint, database: name, createDatabase, finding } = options;
  const database = client.database(name);
  const read = (abortSignal: AbortSignal) => database.read({ abortSignal });
  if (await isThere(finding, read)) return database;
  if (!createDatabase) {
    throw new CannotStart(
      `COSMOS_DATABASE: there is no database ${JSON.stringify(name)} at ${endpoint}. Create it, or correct its name.`,
    );
  }
  await create(options, `database ${JSON.stringify(name)}`, (abortSignal) =>
    client.databases.create({ id: name }, { abortSignal }),
  );
  return database;
}

async function findContainer(
  options: SetUp,
  database: Database,
  name: keyof typeof DEFINITIONS,
): Promise<Container> {
  const { partitionKey, indexed, mayExpire } = DEFINITIONS[name];
  const container = database.container(name);
  const read = async (abortSignal: AbortSignal): Promise<readonly string[]> =>
    (await container.read({ abortSignal })).resource?.partitionKey?.paths ?? [];
  let paths = await ifThere(options.finding, read);
  if (paths === null) {
    const definition = {
      id: name,
      partitionKey: { paths: [partitionKey] },
      indexingPolicy: {
        includedPaths: indexed.map((field) => ({ path: `/${field}/?` })),
        excludedPaths: [{ path: '/*' }],
      },
      ...(mayExpire && { defaultTtl: -1 }),
    };
    await create(options, `container ${name}`, (abortSignal) =>
      database.containers.create(definition, { abortSignal }),
    );
    paths = await options.finding(read);
  }
  if (paths.length === 1 && paths[0] === partitionKey) return container;
  throw new CannotStart(
    `The container ${name} of the database ${JSON.stringify(database.id)} has the partition key ` +
      `${JSON.stringify(paths.join(', '))} and needs ${JSON.stringify(partitionKey)}. A partition key can't be ` +
      'changed: name another database in COSMOS_DATABASE, or move the documents to a container made anew.',
  );
}

async function isThere(finding: Retry, read: (signal: AbortSignal) => Promise<unknown>) {
  return (await ifThere(finding, async (signal) => [await read(signal)])) !== null;
}

/** What is read, null where there is no such thing. */
async function ifThere<Result>(
  finding: Retry,
  read: (signal: AbortSignal) => Promise<Result>,
): Promise<Result | null> {
  try {
    return await finding(read);
  } catch (error) {
    if (error instanceof CosmosFailure && error.kind === 'missing') return null;
    throw error;
  }
}

/** Creates what another process may be creating too, or may have created meanwhile. */
async function create(
  { creating, endpoint }: SetUp,
  what: string,
  send: (signal: AbortSignal) => Promise<unknown>,
): Promise<void> {
  try {
    await creating(send);
  } catch (error) {
    if (error instanceof CosmosFailure && error.kind === 'taken') return;
    throw setUpFailure(error, endpoint, what);
  }
}
