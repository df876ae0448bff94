import type { IncomingMessage } from 'node:http';
import { TooManyRequests } from '../../model/errors.ts';
import type { Clock } from '../../ports/clock.ts';

/** A body that has not grown by so many bytes for longer than `STALLED_AFTER_MS` has stalled. */
const LEAST_BYTES = 16_000;
const STALLED_AFTER_MS = 1_000;

/** The body of a request that is being received. */
export interface ArrivingBody {
  /** The result of `read`. Rejects at once if the body is refused, however long its client sends nothing. */
  unlessRefused<Result>(read: () => Promise<Result>): Promise<Result>;
  /** Counts bytes that have arrived. This body or other ones may be refused for them. */
  add(bytes: number): void;
  /** Counts the body no more. To be called when it is kept no more, or when it has arrived whole. */
  end(): void;
}

/** Begins to receive the body of a request; `message` is the request as Node's HTTP parser has read it. */
export type BeginBody = (request: Request, message: IncomingMessage | undefined) => ArrivingBody;

interface Counted {
  readonly caller: string;
  bytes: number;
  /** The bytes and the time in monotonic milliseconds when it was last seen to grow by `LEAST_BYTES`. */
  seen: { bytes: number; at: number };
  /** Why it is refused; null if it is not. */
  refusal: Error | null;
  /** Ends the read that is waited for. */
  refuse(refusal: Error): void;
}

/** How much of all bodies is kept at once, while they arrive. */
export interface ArrivingLimits {
  readonly maxBodies: number;
  readonly maxBytes: number;
}

/**
 * Limits the bodies that are arriving, and what is kept of them, all together. Above a limit, a body is refused: the one
 * that has stalled longest, so that clients which send slowly or nothing leave room for others. If all of them grow, it
 * is the newest one of the caller that has the most of what is too much: bodies or bytes.
 */
export class ArrivingBodies {
  readonly #limits: ArrivingLimits;
  readonly #clock: Clock;
  /** In the order in which they began. */
  readonly #bodies = new Set<Counted>();
  #bytes = 0;

  constructor(limits: ArrivingLimits, clock: Clock) {
    this.#limits = limits;
    this.#clock = clock;
  }

  /** @param caller who sends the body */
  begin(caller: string): ArrivingBody {
    const seen = { bytes: 0, at: this.#clock.monotonic() };
    const body: Counted = { caller, bytes: 0, seen, refusal: null, refuse: () => undefined };
    this.#bodies.add(body);
    this.#makeRoom();
    return {
      // A promise for the refusal, raced against each read, would keep something of every read.
      unlessRefused: (read) =>
        new Promise((resolve, reject) => {
          if (body.refusal !== null) return reject(body.refusal);
          body.refuse = reject;
          read().then(resolve, reject);
        }),
      add: (bytes) => this.#add(body, bytes),
      end: () => this.#remove(body),
    };
  }

  #add(body: Counted, bytes: number): void {
    if (!this.#bodies.has(body)) return;
    body.bytes += bytes;
    this.#bytes += bytes;
    if (body.bytes - body.seen.bytes >= LEAST_BYTES)
      body.seen = { bytes: body.bytes, at: this.#clock.monotonic() };
    this.#makeRoom();
  }

  #makeRoom(): void {
    const { maxBodies, maxBytes } = this.#limits;
    for (;;) {
      const areTooMany = this.#bodies.size > maxBodies;
      if (!areTooMany && this.#bytes <= maxBytes) return;
      const size = areTooMany ? () => 1 : ({ bytes }: Counted) => bytes;
      const refused = this.#longestStalled() ?? this.#newestOfLargest(size);
      if (refused === undefined) return;
      this.#remove(refused);
      refused.refusal = new TooManyRequests(
        'The server is receiving too many long requests at once, and this one did not arrive in time. Send the same request again in a moment.',
      );
      refused.refuse(refused.refusal);
    }
  }

  #remove(body: Counted): void {
    if (this.#bodies.delete(body)) this.#bytes -= body.bytes;
  }

  #longestStalled(): Counted | undefined {
    let longest: Counted | undefined;
    for (const body of this.#bodies)
      if (body.seen.at < (longest?.seen.at ?? Number.POSITIVE_INFINITY)) longest = body;
    const hasStalled = longest && this.#clock.monotonic() - longest.seen.at > STALLED_AFTER_MS;
    return hasStalled ? longest : undefined;
  }

  #newestOfLargest(size: (body: Counted) => number): Counted | undefined {
    const ofCallers = new Map<string, { total: number; newest: Counted }>();
    for (const body of this.#bodies) {
      const before = ofCallers.get(body.caller)?.total ?? 0;
      ofCallers.set(body.caller, { total: before + size(body), newest: body });
    }
    let largest: { total: number; newest: Counted } | undefined;
    for (const caller of ofCallers.values()) if (caller.total > (largest?.total ?? -1)) largest = caller;
    return largest?.newest;
  }
}
