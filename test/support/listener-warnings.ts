import { onTestFinished } from 'vitest';

/** The warnings of Node.js about too many listeners, from now until the test has finished. */
export function listenerWarnings(): Error[] {
  const warnings: Error[] = [];
  const keep = (warning: Error) => {
    if (warning.name === 'MaxListenersExceededWarning') warnings.push(warning);
  };
  process.on('warning', keep);
  onTestFinished(() => void process.off('warning', keep));
  return warnings;
}
