import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { TypedDocumentString } from '../generated/graphql.ts';
import { MAIN } from '../support/programs.ts';

/** Sends GraphQL documents. */
export interface GraphQLClient {
  /** Sends a typed document and returns its data; an error fails the test. */
  ask<Result, Variables>(
    document: TypedDocumentString<Result, Variables>,
    variables: Variables,
  ): Promise<Result>;
}

/** The built server in a process of its own. */
export interface Server extends GraphQLClient {
  readonly url: string;
  readonly pid: number;
  /** Everything that it has printed so far. */
  output(): string;
  /**
   * Sends a signal. Resolves when the process has ended and all that it printed has been read, with its exit code; null
   * if a signal ended it.
   */
  end(signal: 'SIGTERM' | 'SIGINT' | 'SIGKILL'): Promise<number | null>;
}

/**
 * Starts a server on a free port. Its environment has only the given variables, `PORT` and `DEMO`.
 * @param launcher a command that starts the server, which is passed to it as its last arguments
 * @param main the program of the server, by default that of the bundle
 */
export async function startServer(
  env: Readonly<Record<string, string>>,
  launcher: readonly string[] = [],
  main = MAIN,
): Promise<Server> {
  const [command = '', ...args] = [...launcher, process.execPath, main];
  const child = spawn(command, args, {
    env: { PORT: '0', DEMO: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = once(child, 'close');
  let output = '';
  const url = await new Promise<string>((resolve, reject) => {
    const read = (chunk: Buffer) => {
      output += chunk.toString();
      const [, found] = /(?:GraphiQL is|are executed) at (http\S+?\/graphql)/u.exec(output) ?? [];
      if (found !== undefined) resolve(found);
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('exit', () => reject(new Error(`the server did not start:\n${output}`)));
  });

  const { pid } = child;
  if (pid === undefined) throw new Error('the server has no process');
  return {
    url,
    pid,
    output: () => output,
    async ask(document, variables) {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query: document.toString(), variables }),
      });
      const text = await response.text();
      const { data, errors } = JSON.parse(text);
      if (!data || errors) throw new Error(`the request failed: ${text}`);
      return data;
    },
    async end(signal) {
      child.kill(signal);
      const [code] = await ended;
      return code;
    },
  };
}
