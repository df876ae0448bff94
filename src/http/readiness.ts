import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { Store } from '../ports/store.ts';

/** For so long a store that could be written is taken to be writable still, in milliseconds. A failure is not kept. */
const KEPT_MS = 2_000;
/** After so long without an answer of the store, the answer is no, in milliseconds. */
const PATIENCE_MS = 3_000;

interface ReadinessDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  /** Whether requests are to be sent here: false once the server is stopping. */
  readonly accepting: () => boolean;
}

/** Whether requests can be served now, which is found out by writing. Probes at the same time share one write. */
export function createReadiness({ store, clock, log, accepting }: ReadinessDeps): () => Promise<boolean> {
  let known: Promise<boolean> | null = null;

  async function check(): Promise<boolean> {
    try {
      await store.checkWritable(null);
      // By a timer: the wall clock may jump.
      void clock.sleep(KEPT_MS).then(forget);
      return true;
    } catch (error) {
      forget();
      log.warn({ err: error }, 'not ready: the store cannot be written');
      return false;
    }
  }

  function forget(): void {
    known = null;
  }

  return async () => {
    if (!accepting()) return false;
    known ??= check();
    const answered = new AbortController();
    const tired = clock.sleep(PATIENCE_MS, answered.signal).then(() => false);
    try {
      return await Promise.race([known, tired]);
    } finally {
      answered.abort();
    }
  };
}
