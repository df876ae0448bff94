import { expect } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { CannotStart } from '../../src/model/errors.ts';

/** The lines that name mistakes; none if the environment is right. */
export function mistakesIn(env: Readonly<Record<string, string>>): string[] {
  try {
    readConfig(env);
    return [];
  } catch (error) {
    if (!(error instanceof CannotStart)) throw error;
    const [heading, ...mistakes] = error.message.split('\n');
    expect(heading).toBe('The configuration is wrong:');
    return mistakes.map((line) => line.trim());
  }
}
