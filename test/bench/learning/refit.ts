import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

const SCRIPT = fileURLToPath(new URL('../peers/refit.ts', import.meta.url));
const parameters = z.array(z.number()).length(21);

/** The reviews of one word: days since the last one, and the rating, 1 to 4. */
export type WordHistory = readonly (readonly [days: number, rating: number])[];

/** A process that fits FSRS's parameters to reviews by FSRS's own optimizer. */
export interface Refit {
  /** @returns the 21 parameters that fit the reviews best, as Anki would compute them */
  fit(words: readonly WordHistory[]): Promise<readonly number[]>;
  stop(): Promise<void>;
}

export function startRefit(): Refit {
  const child = spawn(process.execPath, ['--import', 'tsx', SCRIPT], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const ended = once(child, 'exit');
  return {
    async fit(words) {
      child.stdin.write(`${JSON.stringify(words)}\n`);
      const { value, done } = await lines.next();
      if (done === true) throw new Error('The process that fits parameters has ended.');
      return parameters.parse(JSON.parse(value));
    },
    async stop() {
      child.stdin.end();
      await ended;
    },
  };
}
