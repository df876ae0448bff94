import { AsyncLocalStorage } from 'node:async_hooks';

/** What a piece of work has cost at the store, as far as the store tells. Grows while the work goes on. */
export interface Cost {
  /** Requests over the wire, repeated ones included. */
  requests: number;
  /** In the store's own unit, for Azure Cosmos DB the request unit. */
  charge: number;
}

const running = new AsyncLocalStorage<Cost | null>();

/** Runs work whose costs, also those of everything it starts, are added to `cost` from now on. */
export function runWithCost<Result>(cost: Cost, work: () => Result): Result {
  return running.run(cost, work);
}

/** Runs work for which nobody counts, also if the caller's costs are counted: it serves others too. */
export function runWithoutCost<Result>(work: () => Result): Result {
  return running.run(null, work);
}

/** Adds to the cost of the work that is running; does nothing where nobody counts. */
export function addCost({ requests, charge }: Readonly<Cost>): void {
  const cost = running.getStore();
  if (!cost) return;
  cost.requests += requests;
  cost.charge += charge;
}
