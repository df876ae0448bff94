import { type ExecutionArgs, getOperationAST } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { checkAnswerSize } from './answer-limit.ts';
import { coercedVariables } from './variables.ts';

/** Refuses operations with wrong variables and operations that ask for too much, before they are executed. */
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
  checkAnswerSize({ schema, document, operation, variables });
}
