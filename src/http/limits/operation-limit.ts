import { type ExecutionArgs, getOperationAST } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { checkResponseSize } from './response-limit.ts';
import { coercedVariables } from './variables.ts';

/** Refuses operations with invalid variables and operations beyond the response limit before they are executed. */
export function useOperationLimit(): Plugin {
  return {
    onExecute: ({ args }) => check(args),
    onSubscribe: ({ args }) => check(args),
  };
}

function check({ schema, document, operationName, variableValues }: ExecutionArgs): void {
  const operation = getOperationAST(document, operationName);
  if (!operation) return;
  const variables = coercedVariables(schema, operation, variableValues ?? {});
  checkResponseSize({ schema, document, operation, variables });
}
