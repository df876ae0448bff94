/** What a caller gets of a run that it may have shared with others. */
export interface Share<Result> {
  readonly result: Result;
  /** Whether the run was made for this caller; the others that shared it get the same result with this false. */
  readonly isOwn: boolean;
}

interface Caller<Request, Result> {
  readonly request: Request;
  readonly size: number;
  readonly resolve: (share: Share<Result>) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Makes one run at a time for each key. Those that come while it goes on wait for the next one and share it, so that
 * any number of callers takes two runs at most: what fails for one is not tried again for each of the others.
 */
export class SingleFlight<Request, Result> {
  readonly #run: (request: Request, size: number, waited: boolean) => Promise<Result>;
  /** Who waits for the next run of a key; there is an entry while a run of it goes on. */
  readonly #waiting = new Map<string, Caller<Request, Result>[]>();

  /** @param run is given the request that asks for the largest size, and told whether its callers had to wait */
  constructor(run: (request: Request, size: number, waited: boolean) => Promise<Result>) {
    this.#run = run;
  }

  /** Has a run made of at least this size. It is made for the first of those that ask for the largest. */
  ask(key: string, request: Request, size: number): Promise<Share<Result>> {
    return new Promise((resolve, reject) => {
      const caller = { request, size, resolve, reject };
      const waiting = this.#waiting.get(key);
      if (waiting === undefined) void this.#start(key, [caller], false);
      else waiting.push(caller);
    });
  }

  async #start(key: string, callers: readonly Caller<Request, Result>[], waited: boolean): Promise<void> {
    this.#waiting.set(key, []);
    const owner = callers.reduce((largest, caller) => (caller.size > largest.size ? caller : largest));
    try {
      const result = await this.#run(owner.request, owner.size, waited);
      for (const caller of callers) caller.resolve({ result, isOwn: caller === owner });
    } catch (error) {
      for (const caller of callers) caller.reject(error);
    }
    const next = this.#waiting.get(key) ?? [];
    this.#waiting.delete(key);
    if (next.length > 0) void this.#start(key, next, true);
  }
}
