import { join } from 'node:path';
import type { Config } from '../config.ts';
import { isThisMachine } from '../http/origins.ts';
import type { Log } from '../ports/log.ts';

/** Warns of settings that are allowed and often mistakes. */
export function logWarnings({ host, dataDir, cosmos, tts, blobs }: Config, log: Log): void {
  if (!isThisMachine(host)) {
    log.warn(
      { host },
      'other machines may be able to reach this server, and it has no authentication: put a gateway before it, or leave HOST out',
    );
  }
  if (cosmos && tts && !blobs) {
    log.warn(
      { folder: join(dataDir, 'audio') },
      'recordings are kept in a folder of this process, and other processes on the same Cosmos DB cannot serve them: use Azure Blob Storage',
    );
  }
}
