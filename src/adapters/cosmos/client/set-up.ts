import type { Container, CosmosClient, Database } from '@azure/cosmos';
import { CannotStart } from '../../../model/errors.ts';
import { DocumentContainer } from './container.ts';
import type { Containers } from './containers.ts';
import { CosmosFailure } from './failure.ts';
import type { Retry } from './retry.ts';
import { setUpFailure } from './set-up-failure.ts';

/**
 * How a container is created if it does not exist. `indexed` are the fields that queries name. `expires` says whether
 * the service deletes a document when its `ttl` has passed; a document without `ttl` stays.
 */
const DEFINITIONS = {
  profiles: {
    partitionKey: '/id',
    indexed: ['name', 'native_language', 'target_language', 'created_at'],
    expires: false,
  },
  words: {
    partitionKey: '/profile_id',
    indexed: ['profile_id', 'state', 'text', 'created_at', 'create_token'],
    expires: false,
  },
  dialogs: {
    partitionKey: '/profile_id',
    indexed: ['profile_id', 'word_id', 'is_used', 'created_at', 'ref_voice_id', 'is_voiced'],
    expires: false,
  },
  leases: { partitionKey: '/id', indexed: [], expires: true },
  top_ups: { partitionKey: '/profile_id', indexed: ['profile_id', 'state', 'place', 'day'], expires: false },
  learnings: { partitionKey: '/profile_id', indexed: ['profile_id', 'version'], expires: false },
} as const;

export interface SetUp {
  readonly client: CosmosClient;
  readonly endpoint: string;
  readonly database: string;
  /** Whether to create the database if it does not exist. */
  readonly createDatabase: boolean;
  /** Sends the requests that read the database and its containers. */
  readonly finding: Retry;
  /** Sends the requests that create them, which take longer. */
  readonly creating: Retry;
  /** Sends the requests for documents. */
  readonly retrying: Retry;
}

/**
 * Finds the database and its containers, and creates the containers that do not exist. Reading each container has a
 * second use: the SDK learns its partition key, for which it would otherwise send a request before the first write.
 * @throws {CannotStart} with a message that says what to do
 */
export async function setUp(options: SetUp): Promise<Containers> {
  try {
    const database = await findOrCreateDatabase(options);
    const find = async (name: keyof typeof DEFINITIONS) =>
      new DocumentContainer(await findOrCreateContainer(options, database, name), options.retrying);
    const [profiles, words, dialogs, leases, topUps, learnings] = await Promise.all([
      find('profiles'),
      find('words'),
      find('dialogs'),
      find('leases'),
      find('top_ups'),
      find('learnings'),
    ]);
    return { profiles, words, dialogs, leases, topUps, learnings };
  } catch (error) {
    throw setUpFailure(error, options.endpoint, null);
  }
}

async function findOrCreateDatabase(options: SetUp): Promise<Database> {
  const { client, endpoint, database: name, createDatabase, finding } = options;
  const database = client.database(name);
  const read = (abortSignal: AbortSignal) => database.read({ abortSignal });
  if (await exists(finding, read)) return database;
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

async function findOrCreateContainer(
  options: SetUp,
  database: Database,
  name: keyof typeof DEFINITIONS,
): Promise<Container> {
  const { partitionKey, indexed, expires } = DEFINITIONS[name];
  const container = database.container(name);
  const read = async (abortSignal: AbortSignal): Promise<readonly string[]> =>
    (await container.read({ abortSignal })).resource?.partitionKey?.paths ?? [];
  let paths = await readIfExists(options.finding, read);
  if (paths === null) {
    const definition = {
      id: name,
      partitionKey: { paths: [partitionKey] },
      indexingPolicy: {
        includedPaths: indexed.map((field) => ({ path: `/${field}/?` })),
        excludedPaths: [{ path: '/*' }],
      },
      ...(expires && { defaultTtl: -1 }),
    };
    await create(options, `container ${name}`, (abortSignal) =>
      database.containers.create(definition, { abortSignal }),
    );
    paths = await options.finding(read);
  }
  if (paths.length === 1 && paths[0] === partitionKey) return container;
  throw new CannotStart(
    `The container ${name} of the database ${JSON.stringify(database.id)} has the partition key ` +
      `${JSON.stringify(paths.join(', '))} and needs ${JSON.stringify(partitionKey)}. A partition key cannot ` +
      'be changed. Name another database in COSMOS_DATABASE, or move the documents to a new container.',
  );
}

async function exists(finding: Retry, read: (signal: AbortSignal) => Promise<unknown>) {
  return (await readIfExists(finding, async (signal) => [await read(signal)])) !== null;
}

/** What `read` returns; null if it does not exist. */
async function readIfExists<Result>(
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

/** Creates a database or a container. It is no failure if another process has created it meanwhile. */
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
