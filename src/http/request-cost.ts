import type { Plugin } from 'graphql-yoga';
import type { Subject } from '../model/subject.ts';
import { runWithCost } from '../ports/cost.ts';
import type { Log } from '../ports/log.ts';
import type { Cost } from '../ports/work-context.ts';

/** A client that sends this header with the value 1 gets the cost of its request in `extensions.cost`. */
const COST_HEADER = 'x-include-cost';

/**
 * Sums what a GraphQL request costs at the store, in requests over the network and in the store's own unit. Logs the sum
 * and returns it to services and readers that ask for it; learners do not see what the operator pays. Only for stores
 * that charge, which the embedded store does not.
 */
export function useRequestCost(log: Log, subjectOf: (request: Request) => Subject): Plugin {
  return {
    onExecute({ args, executeFn, setExecuteFn }) {
      const cost: Cost = { requests: 0, charge: 0 };
      setExecuteFn((executeArgs) => runWithCost(cost, () => executeFn(executeArgs)));
      return {
        onExecuteDone({ result, setResult }) {
          // The line of the access log with the same id names the operation.
          log.info({ ...cost }, 'cost of a request');
          const { request } = args.contextValue;
          const isShown = request.headers.get(COST_HEADER) === '1' && subjectOf(request).role !== 'learner';
          if (!isShown || Symbol.asyncIterator in result) return;
          setResult({ ...result, extensions: { ...result.extensions, cost: { ...cost } } });
        },
      };
    },
  };
}
