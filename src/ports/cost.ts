import { AsyncLocalStorage } from 'node:async_hooks';

/** What a piece of work has cost at the store, as far as the store reports it. It grows while the work runs. */
export interface Cost {
  /** Requests that were sent, repeated ones included. */
  requests: number;
  /** In the store's own unit: request units on Azure Cosmos DB. */
  charge: number;
}

const running = new AsyncLocalStorage<Cost | null>();

/** Runs work, and adds the cost of everything that it starts to `cost` instead of to the caller's cost. */
export function runWithCost<Result>(cost: Cost, work: () => Result): Result {
  return running.run(cost, work);
}

/** Runs work whose cost is added to no caller's cost, because it serves several callers. */
export function runWithoutCost<Result>(work: () => Result): Result {
  return running.run(null, work);
}

/** Adds to the cost of the running work, if it is counted. */
export function addCost({ requests, charge }: Readonly<Cost>): void {
  const cost = running.getStore();
  if (!cost) return;
  cost.requests += requests;
  cost.charge += charge;
}
