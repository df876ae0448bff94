import { LRUCache } from 'lru-cache';
import type { Clock } from '../../ports/clock.ts';
import { isAddress } from './caller.ts';

/**
 * Most subjects, and most addresses, that are remembered. Those that called last stay. 50,000 take 16 MB. They are
 * remembered apart: anyone can call from many addresses without credentials, and must not make subjects forgotten, whose
 * limits would begin anew.
 */
const MAX_REMEMBERED = 50_000;
const MINUTE_MS = 60_000;

/** The requests that a caller may still send, and its open streams, each of which keeps one. */
interface Bucket {
  left: number;
  /** When `left` was computed, in milliseconds of the monotonic clock. */
  at: number;
  streams: number;
}

/** Limits the requests of each caller by a token bucket. */
export interface RateLimit {
  /** Takes one request of a caller. @returns 0 if it may be carried out; otherwise the seconds after which one may be */
  take(caller: string): number;
  /** Keeps one of a caller's requests for as long as a stream is open. @returns gives it back */
  keep(caller: string): () => void;
}

/**
 * A caller may send `perMinute` requests at once, and gets back as many in each minute, one after the other. So many
 * streams may be open at the same time at most.
 */
export function createRateLimit(perMinute: number, clock: Clock): RateLimit {
  const remembered = () => new LRUCache<string, Bucket>({ max: MAX_REMEMBERED });
  const [subjects, addresses] = [remembered(), remembered()];

  /** The bucket of a caller as it is now. */
  function bucketOf(caller: string): Bucket {
    const now = clock.monotonic();
    const buckets = isAddress(caller) ? addresses : subjects;
    const bucket = buckets.get(caller);
    if (bucket === undefined) {
      const full = { left: perMinute, at: now, streams: 0 };
      buckets.set(caller, full);
      return full;
    }
    const regained = ((now - bucket.at) / MINUTE_MS) * perMinute;
    bucket.left = Math.min(bucket.left + regained, perMinute - bucket.streams);
    bucket.at = now;
    return bucket;
  }

  return {
    take(caller) {
      const bucket = bucketOf(caller);
      if (bucket.left >= 1) {
        bucket.left -= 1;
        return 0;
      }
      // If streams keep all of them, one of the streams has to end first.
      const missing = perMinute - bucket.streams < 1 ? perMinute : 1 - bucket.left;
      return Math.ceil((missing / perMinute) * (MINUTE_MS / 1000));
    },
    keep(caller) {
      const bucket = bucketOf(caller);
      bucket.streams += 1;
      let isKept = true;
      return () => {
        if (isKept) bucket.streams -= 1;
        isKept = false;
      };
    },
  };
}
