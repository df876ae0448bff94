import { Readable } from 'node:stream';
import { BlobServiceClient, type ContainerClient, RestError } from '@azure/storage-blob';
import { parseRecordingName, recordingName } from '../../model/recording.ts';
import { type AudioStorage, AudioStorageFailed } from '../../pool/ports/audio-storage.ts';

/** The storage account: named by a connection string, or by its URL for Azure's default credential chain. */
export type BlobAccount = { readonly connectionString: string } | { readonly accountUrl: string };

const CONTAINER = 'dialog-audio';
/** Of one request with its retries; for a download, until its first byte. */
const DEADLINE_MS = 30_000;
const RETRIES = { maxTries: 3, retryDelayInMs: 250, maxRetryDelayInMs: 2_000 };
/** The service's answers to a blob's second creator. */
const TAKEN = [409, 412];

/**
 * Keeps recordings as blobs of the private container `dialog-audio`, which is created where it is absent.
 * @throws {AudioStorageFailed} where the account cannot be used
 */
export async function openAudioBlobs(account: BlobAccount): Promise<AudioStorage> {
  const container = await translated(async (signal) => {
    const client = (await connect(account)).getContainerClient(CONTAINER);
    await client.createIfNotExists({ abortSignal: signal });
    return client;
  });
  return {
    find: (hash) =>
      translated(async (signal) => {
        const found = container.listBlobsFlat({ prefix: `${hash}.`, abortSignal: signal });
        for await (const { name } of found) if (parseRecordingName(name) !== null) return name;
        return null;
      }),

    save: (hash, recording) =>
      translated(async (signal) => {
        const name = recordingName(hash, recording.format);
        await upload(container, name, recording.bytes, signal);
        return name;
      }),

    async size(name) {
      if (parseRecordingName(name) === null) return null;
      return translated(async (signal) => {
        try {
          const { contentLength } = await container
            .getBlobClient(name)
            .getProperties({ abortSignal: signal });
          return contentLength ?? null;
        } catch (error) {
          if (error instanceof RestError && error.statusCode === 404) return null;
          throw error;
        }
      });
    },

    read: (name, start, end) =>
      translated(async (signal) => {
        const blob = container.getBlobClient(name);
        const { readableStreamBody } = await blob.download(start, end - start + 1, { abortSignal: signal });
        if (readableStreamBody === undefined) throw new AudioStorageFailed('a blob came without its bytes');
        return Readable.toWeb(Readable.from(readableStreamBody));
      }),
  };
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

/** One request, so that a blob is there whole or not at all; where another was faster, theirs stays. */
async function upload(container: ContainerClient, name: string, bytes: Uint8Array, signal: AbortSignal) {
  const blobContentType = parseRecordingName(name)?.contentType;
  try {
    await container.getBlockBlobClient(name).upload(bytes, bytes.length, {
      abortSignal: signal,
      conditions: { ifNoneMatch: '*' },
      ...(blobContentType === undefined ? {} : { blobHTTPHeaders: { blobContentType } }),
    });
  } catch (error) {
    if (!(error instanceof RestError && TAKEN.includes(error.statusCode ?? 0))) throw error;
  }
}

/**
 * Runs work under a deadline. The SDK's errors carry requests and what was signed of them, so of an error only its
 * name, code and status are told.
 */
async function translated<Result>(work: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
  const deadline = new AbortController();
  const timer = setTimeout(() => deadline.abort(), DEADLINE_MS);
  try {
    return await work(deadline.signal);
  } catch (error) {
    if (error instanceof AudioStorageFailed) throw error;
    const told =
      error instanceof RestError ? [error.code, error.statusCode] : [error instanceof Error && error.name];
    throw new AudioStorageFailed(`Azure Blob Storage cannot be used (${told.filter(Boolean).join(' ')})`);
  } finally {
    clearTimeout(timer);
  }
}
