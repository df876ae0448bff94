import { type Cost, runWith, workContext } from './work-context.ts';

/** Runs work, and adds the cost of everything that it starts to `cost` instead of to the caller's cost. */
export function runWithCost<Result>(cost: Cost, work: () => Result): Result {
  return runWith({ cost }, work);
}

/** Runs work whose cost is added to no caller's cost, because it serves several callers. */
export function runWithoutCost<Result>(work: () => Result): Result {
  return runWith({ cost: undefined }, work);
}

/** Adds to the cost of the running work, if it is counted. */
export function addCost({ requests, charge }: Readonly<Cost>): void {
  const { cost } = workContext();
  if (cost === undefined) return;
  cost.requests += requests;
  cost.charge += charge;
}
