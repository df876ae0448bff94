import { join } from 'node:path';
import type { Config } from '../config.ts';
import { isThisMachine } from '../model/this-machine.ts';
import type { Log } from '../ports/log.ts';

/** Warns of settings that are allowed and often mistakes. */
export function logWarnings(config: Config, log: Log): void {
  const { host, authentication, dataDir, cosmos, tts, blobs } = config;
  if (!isThisMachine(host) && authentication.jwt === null && authentication.keysFile === null) {
    log.warn(
      { host },
      'other machines may be able to reach this server, and AUTH=none lets everyone read and change everything: put a gateway before it, or set AUTH to jwt or keys',
    );
  }
  if (cosmos && tts && !blobs) {
    log.warn(
      { folder: join(dataDir, 'audio') },
      'recordings are kept in a folder of this process, and other processes on the same Cosmos DB cannot serve them: use Azure Blob Storage',
    );
  }
}
