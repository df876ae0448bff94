import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { pino, stdSerializers } from 'pino';
import type { Log } from '../../ports/log.ts';
import { currentRequest } from '../../ports/request.ts';

/** Most bytes that wait to be written. Further lines are dropped. */
const MAX_WAITING_BYTES = 4_000_000;
/** How long `close` waits for the rest to be written, in milliseconds. */
const CLOSE_LIMIT_MS = 1_000;

/** A log that is written to a file. */
export interface PinoLog {
  readonly log: Log;
  /** Resolves when the last line has been written, or when that takes too long. Later lines are dropped. */
  close(): Promise<void>;
}

/**
 * Opens a log of one JSON object a line on stdout. Lines that are logged for a request carry its id as `requestId`.
 *
 * Writing never fails and never waits: if stdout has lost its reader, or nobody reads it, or its disk is full, lines are lost.
 * @param level the least level that is written, such as `info`, or `silent`
 */
export function openPinoLog(level: string): PinoLog {
  // Node makes a pipe non-blocking when it opens it as a stream. A write that waits for the reader of a pipe would take place
  // in a thread for which the exit of the process waits.
  void process.stdout;
  const output = pino.destination({ dest: 1, sync: false, maxLength: MAX_WAITING_BYTES });
  output.on('error', () => undefined);
  const mixin = () => {
    const request = currentRequest();
    return request === undefined ? {} : { requestId: request.id };
  };
  const log = pino({ level, mixin, serializers: { err: stdSerializers.errWithCause } }, output);
  return {
    log,
    async close() {
      log.level = 'silent';
      output.end();
      await Promise.race([once(output, 'close').catch(() => undefined), pause(CLOSE_LIMIT_MS)]);
      // What could not be written would be tried again at the exit of the process, without end.
      output.destroy();
    },
  };
}
