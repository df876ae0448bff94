import {
  BREAK,
  type DocumentNode,
  type ExecutionResult,
  type GraphQLSchema,
  Kind,
  OperationTypeNode,
  visit,
} from 'graphql';
import { type CompiledQuery, compileQuery, isCompiledQuery } from 'graphql-jit';
import { isPromise, type Plugin } from 'graphql-yoga';
import { LRUCache } from 'lru-cache';
import { standardErrors } from './compiled-errors.ts';
import { compiledSchema } from './compiled-schema.ts';
import { expandedFields } from './limits/expanded-fields.ts';

/**
 * How often a document is executed before it is compiled. Compiling takes longer than executing, and documents that have
 * values in place of variables mostly come once.
 */
const COMPILED_FROM = 3;
/** Most fields of a compiled query, with its fragments written out. Compiling 300 takes up to 30 ms. */
const MAX_FIELDS = 300;
/** Most compiled queries that are kept. Those used last stay. */
const MAX_KEPT = 50;

type Run = CompiledQuery['query'];

/**
 * Compiles queries that are sent repeatedly to code, which answers them in a quarter of the time.
 *
 * If a compiled query has errors that the standard executor would report differently, the standard executor executes it
 * again. That is safe because queries change nothing. Other answers with errors are kept, since executing every failed
 * query twice would double the load on a store that is already failing.
 */
export function useCompiledQueries(): Plugin {
  const met = new WeakMap<DocumentNode, number>();
  const notCompiled = new WeakSet<DocumentNode>();
  const compiled = new LRUCache<DocumentNode, Run>({
    max: MAX_KEPT,
    // Counting starts again, so that documents that displace each other are not compiled each time.
    dispose: (_, document) => void met.delete(document),
  });

  const compiledOf = (schema: GraphQLSchema, document: DocumentNode): Run | undefined => {
    if (notCompiled.has(document)) return undefined;
    const known = compiled.get(document);
    if (known !== undefined) return known;
    const times = (met.get(document) ?? 0) + 1;
    met.set(document, times);
    if (times < COMPILED_FROM) return undefined;
    const run = compile(schema, document);
    if (run === null) notCompiled.add(document);
    else compiled.set(document, run);
    return run ?? undefined;
  };

  return {
    onExecute({ args: { schema, document }, executeFn, setExecuteFn }) {
      const run = compiledOf(schema, document);
      if (run === undefined) return;
      setExecuteFn((args) => {
        const answer = (result: ExecutionResult) => {
          if (!result.errors) return result;
          const errors = standardErrors(document, result.errors);
          return errors === null ? executeFn(args) : { errors, data: result.data };
        };
        const result = run(args.rootValue, args.contextValue, args.variableValues ?? {});
        return isPromise(result) ? result.then(answer) : answer(result);
      });
    },
  };
}

/**
 * Compiles a document. Returns null if the standard executor is to execute it: for mutations, documents with several
 * operations, directives, introspection (whose compiled code takes up to 25 MB) and large queries.
 */
function compile(schema: GraphQLSchema, document: DocumentNode): Run | null {
  const operations = document.definitions.filter((one) => one.kind === Kind.OPERATION_DEFINITION);
  if (operations.length !== 1 || operations[0]?.operation !== OperationTypeNode.QUERY) return null;
  if (expandedFields(document) > MAX_FIELDS) return null;
  let simple = true;
  const notSimple = () => {
    simple = false;
    return BREAK;
  };
  visit(document, {
    Directive: notSimple,
    Field: ({ name: { value } }) => (value === '__schema' || value === '__type' ? notSimple() : undefined),
    // In the object literals of compiled code, this name would set the prototype.
    Name: ({ value }) => (value === '__proto__' ? notSimple() : undefined),
  });
  const types = compiledSchema(schema);
  if (!simple || types === null) return null;
  const result = compileQuery(types, document, undefined, {
    disablingCapturingStackErrors: true,
    disableLeafSerialization: true,
  });
  return isCompiledQuery(result) ? result.query : null;
}
