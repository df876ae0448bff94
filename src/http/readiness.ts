import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { Store } from '../ports/store.ts';

/** How long a successful check is remembered, in milliseconds. A failure is not remembered. */
const KEPT_MS = 2_000;
/** How long a probe waits for the store, in milliseconds. Then the answer is no. */
const CHECK_LIMIT_MS = 3_000;

interface ReadinessDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  /** Whether requests should be sent to this server: false once it is stopping. */
  readonly accepting: () => boolean;
}

/** Creates a check whether requests can be served now. It writes to the store. Probes at the same time share one write. */
export function createReadiness({ store, clock, log, accepting }: ReadinessDeps): () => Promise<boolean> {
  let known: Promise<boolean> | null = null;

  async function check(): Promise<boolean> {
    try {
      await store.checkWritable(null);
      // A timer, because the wall clock may jump.
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
    const tooLate = clock.sleep(CHECK_LIMIT_MS, answered.signal).then(() => false);
    try {
      return await Promise.race([known, tooLate]);
    } finally {
      answered.abort();
    }
  };
}
