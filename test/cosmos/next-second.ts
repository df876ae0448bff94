import { until } from '../support/until.ts';

/** The service notes in seconds when a document was written. Waits until it notes another one. */
export async function nextSecond(): Promise<void> {
  const now = () => Math.floor(Date.now() / 1_000);
  const before = now();
  await until(() => now() > before);
}
