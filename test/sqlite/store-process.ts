import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Store } from '../../src/ports/store.ts';

interface Waiting {
  resolve(result: unknown): void;
  reject(error: Error): void;
}

/** A child process that opens the embedded store and calls it. */
export class StoreProcess {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, Waiting>();
  #calls = 0;

  private constructor(child: ChildProcess) {
    this.#child = child;
    child.on('message', ({ call, result, error }: { call: number; result?: unknown; error?: string }) => {
      const waiting = this.#waiting.get(call);
      this.#waiting.delete(call);
      if (error === undefined) waiting?.resolve(result);
      else waiting?.reject(new Error(error));
    });
    child.on('exit', () => {
      for (const waiting of this.#waiting.values()) waiting.reject(new Error('the process has ended'));
      this.#waiting.clear();
    });
  }

  /** Resolves when the process can be told to open a file. */
  static async start(): Promise<StoreProcess> {
    const child = fork(fileURLToPath(new URL('store-process-main.ts', import.meta.url)), {
      execArgv: ['--import', 'tsx'],
      serialization: 'advanced',
    });
    await once(child, 'message');
    return new StoreProcess(child);
  }

  async open(path: string): Promise<void> {
    await this.#send('open', [path]);
  }

  call<Method extends keyof Store>(
    method: Method,
    ...args: Parameters<Store[Method]>
  ): Promise<Awaited<ReturnType<Store[Method]>>>;
  call(method: keyof Store, ...args: unknown[]): Promise<unknown> {
    return this.#send(method, args);
  }

  /** Ends the process by SIGKILL, even in the middle of a call. */
  async kill(): Promise<void> {
    const exit = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await exit;
  }

  #send(method: string, args: unknown[]): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.#calls += 1;
      this.#waiting.set(this.#calls, { resolve, reject });
      this.#child.send({ call: this.#calls, method, args });
    });
  }
}
