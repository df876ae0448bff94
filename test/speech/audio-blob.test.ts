import { BlobServiceClient } from '@azure/storage-blob';
import { beforeAll, describe, expect, test } from 'vitest';
import { openAudioBlobs } from '../../src/adapters/audio-blob/audio-blob.ts';
import { CannotStart } from '../../src/model/errors.ts';
import { startAzurite } from '../emulators/azurite.ts';
import { audioStorageContract, newHash, readAll } from './audio-storage-contract.ts';

let connectionString: string;
beforeAll(async () => {
  const azurite = await startAzurite();
  connectionString = azurite.connectionString;
  return azurite.stop;
});

audioStorageContract('Azure Blob Storage', () => openAudioBlobs({ connectionString }));

describe('the container', () => {
  test('is private, and a blob has the content type of its format', async () => {
    const storage = await openAudioBlobs({ connectionString });
    const name = await storage.save(newHash(), { format: 'wav', bytes: Buffer.from('sound') });
    const container =
      BlobServiceClient.fromConnectionString(connectionString).getContainerClient('dialog-audio');
    expect((await container.getProperties()).blobPublicAccess).toBeUndefined();
    expect((await container.getBlobClient(name).getProperties()).contentType).toBe('audio/wav');
    expect((await fetch(container.getBlobClient(name).url)).status).toBeGreaterThanOrEqual(400);
  });

  test('keeps the first of two recordings with the same hash', async () => {
    const storage = await openAudioBlobs({ connectionString });
    const hash = newHash();
    await storage.save(hash, { format: 'mp3', bytes: Buffer.from('first') });
    const name = await storage.save(hash, { format: 'mp3', bytes: Buffer.from('later') });
    expect(String(await readAll(storage, name, 0, 4))).toBe('first');
  });
});

describe('an account that cannot be used', () => {
  test('is reported without its key', async () => {
    const refused = connectionString.replace(/AccountKey=[^;]*/, 'AccountKey=c2VjcmV0LXNlY3JldC1zZWNyZXQ=');
    const error = await openAudioBlobs({ connectionString: refused }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(CannotStart);
    expect(String(error)).toContain('403');
    expect(JSON.stringify(error) + String(error)).not.toContain('c2VjcmV0');
  });

  test.each(['nonsense', 'DefaultEndpointsProtocol=http;AccountName=x'])(
    'is reported with a reason: %s',
    async (wrong) => {
      await expect(openAudioBlobs({ connectionString: wrong })).rejects.toThrow(
        /^AZURE_STORAGE_CONNECTION_STRING: recordings cannot be kept: .* cannot be used \([^)]{10,}\)\.$/,
      );
    },
  );

  test('because nothing listens at its address is refused at the start', async () => {
    const nobody = connectionString.replace(/BlobEndpoint=[^;]*/, 'BlobEndpoint=http://127.0.0.1:9/x');
    await expect(openAudioBlobs({ connectionString: nobody })).rejects.toThrow(CannotStart);
  });
});
