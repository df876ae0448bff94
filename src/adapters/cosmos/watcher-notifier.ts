import { setTimeout as pause } from 'node:timers/promises';
import type { Log } from '../../ports/log.ts';

/**
 * How long further changes of a profile are gathered before its watchers are told, in milliseconds. Longer than a
 * top-up waits to write its record, so that a dialog and the record that has it are told together.
 */
const GATHERING_MS = 300;

/** Tells the watchers of profiles about changes, in the background. */
export class WatcherNotifier {
  readonly #notify: (profileId: string) => Promise<void>;
  readonly #log: Log;
  readonly #gathering = new Map<string, NodeJS.Timeout>();
  readonly #sending = new Set<Promise<void>>();

  /** @param notify tells the watchers of a profile that it has changed */
  constructor(notify: (profileId: string) => Promise<void>, log: Log) {
    this.#notify = notify;
    this.#log = log;
  }

  /** Has the watchers of a profile told soon. To be called when the change is stored. */
  changed(profileId: string): void {
    if (this.#gathering.has(profileId)) return;
    this.#gathering.set(
      profileId,
      setTimeout(() => this.#send(profileId), GATHERING_MS),
    );
  }

  /** Tells at once what is still to be told. Resolves when it was told, or after `limitMs`. Never rejects. */
  async flush(limitMs: number): Promise<void> {
    for (const profileId of [...this.#gathering.keys()]) this.#send(profileId);
    const ended = new AbortController();
    const limit = pause(limitMs, undefined, { signal: ended.signal }).catch(() => undefined);
    await Promise.race([Promise.all(this.#sending), limit]);
    ended.abort();
  }

  #send(profileId: string): void {
    clearTimeout(this.#gathering.get(profileId));
    this.#gathering.delete(profileId);
    const sending = this.#notify(profileId)
      .catch((err: unknown) => {
        this.#log.warn({ profileId, err }, 'watchers were not told of a change and will find it later');
      })
      .finally(() => this.#sending.delete(sending));
    this.#sending.add(sending);
  }
}
