import { BlobServiceClient, type ContainerClient, RestError } from '@azure/storage-blob';
import { CannotStart } from '../../model/errors.ts';
import { parseRecordingName, recordingName } from '../../model/recording.ts';
import { type AudioStorage, AudioStorageFailed } from '../../ports/audio-storage.ts';

/** The storage account: named by a connection string, or by its URL for Azure's default credential chain. */
export type BlobAccount = { readonly connectionString: string } | { readonly accountUrl: string };

const CONTAINER = 'dialog-audio';
/** Of one request with its retries; for a download, until its first byte. */
const DEADLINE_MS = 30_000;
const RETRIES = { maxTries: 3, retryDelayInMs: 250, maxRetryDelayInMs: 2_000 };
/** The service's answers to a blob's second creator. */
const TAKEN = ['BlobAlreadyExists', 'ConditionNotMet'];

/**
 * Keeps recordings as blobs of the private container `dialog-audio`, which is created if it is absent.
 * @throws {CannotStart} if the account cannot be used
 */
export async function openAudioBlobs(account: BlobAccount): Promise<AudioStorage> {
  const container = await openContainer(account);
  return {
    // As at the start: the service looks at the rights of the identity first, also if the container exists.
    checkWritable: () =>
      translated(async (abortSignal) => void (await container.createIfNotExists({ abortSignal }))),

    find: (hash) =>
      translated(async (abortSignal) => {
        const found = container.listBlobsFlat({ prefix: `${hash}.`, abortSignal });
        for await (const { name } of found) if (parseRecordingName(name) !== null) return name;
        return null;
      }),

    save: (hash, recording) =>
      translated(async (abortSignal) => {
        const name = recordingName(hash, recording.format);
        await upload(container, name, recording.bytes, abortSignal);
        return name;
      }),

    async size(name) {
      if (parseRecordingName(name) === null) return null;
      return translated(async (abortSignal) => {
        try {
          const { contentLength } = await container.getBlobClient(name).getProperties({ abortSignal });
          return contentLength ?? null;
        } catch (error) {
          if (error instanceof RestError && error.statusCode === 404) return null;
          throw error;
        }
      });
    },

    async *read(name, start, end) {
      if (parseRecordingName(name) === null) throw new AudioStorageFailed('not the name of a recording');
      const blob = container.getBlobClient(name);
      const download = await translated((abortSignal) =>
        blob.download(start, end - start + 1, { abortSignal }),
      );
      try {
        for await (const chunk of download.readableStreamBody ?? []) {
          yield typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
        }
      } catch (error) {
        throw failure(error);
      }
    },
  };
}

async function openContainer(account: BlobAccount): Promise<ContainerClient> {
  try {
    return await translated(async (abortSignal) => {
      const container = (await connect(account)).getContainerClient(CONTAINER);
      await container.createIfNotExists({ abortSignal });
      return container;
    });
  } catch (error) {
    const variable = `AZURE_STORAGE_${'accountUrl' in account ? 'ACCOUNT_URL' : 'CONNECTION_STRING'}`;
    const reason = error instanceof Error ? error.message : error;
    throw new CannotStart(`${variable}: recordings cannot be kept: ${reason}.`);
  }
}

async function connect(account: BlobAccount): Promise<BlobServiceClient> {
  const options = { retryOptions: RETRIES };
  if ('connectionString' in account) {
    return BlobServiceClient.fromConnectionString(account.connectionString, options);
  }
  // A large module that takes a while to load, and that an account with a key has no use for.
  const { DefaultAzureCredential } = await import('@azure/identity');
  return new BlobServiceClient(account.accountUrl, new DefaultAzureCredential(), options);
}

/** One request, so that a blob is there whole or not at all. If another writer was faster, its blob stays. */
async function upload(container: ContainerClient, name: string, bytes: Uint8Array, abortSignal: AbortSignal) {
  const blobContentType = parseRecordingName(name)?.contentType;
  try {
    await container.getBlockBlobClient(name).upload(bytes, bytes.length, {
      abortSignal,
      conditions: { ifNoneMatch: '*' },
      ...(blobContentType === undefined ? {} : { blobHTTPHeaders: { blobContentType } }),
    });
  } catch (error) {
    if (!(error instanceof RestError && TAKEN.includes(error.code ?? ''))) throw error;
  }
}

/** Runs work under a deadline. */
async function translated<Result>(work: (deadline: AbortSignal) => Promise<Result>): Promise<Result> {
  const deadline = new AbortController();
  const timer = setTimeout(() => deadline.abort(), DEADLINE_MS);
  try {
    return await work(deadline.signal);
  } catch (error) {
    throw failure(error);
  } finally {
    clearTimeout(timer);
  }
}

/** Errors of requests carry what was sent and signed: only their codes and statuses are told. */
function failure(error: unknown): AudioStorageFailed {
  const reason =
    error instanceof RestError
      ? [error.code, error.statusCode].filter(Boolean).join(' ')
      : error instanceof Error && error.message.split('\n', 1).join('');
  return new AudioStorageFailed(`Azure Blob Storage cannot be used (${reason || 'no reason given'})`);
}
