import { getEventListeners } from 'node:events';
import { expect, test } from 'vitest';
import { createRetry } from '../../src/adapters/cosmos/client/retry.ts';
import { ConnectionLost } from '../../src/adapters/cosmos/client/transport.ts';
import { StoreUnavailable } from '../../src/model/errors.ts';

test('listeners that an attempt leaves on its signal do not add up, and are told when the store is closed', async () => {
  const closed = new AbortController();
  const retry = createRetry(10_000, closed.signal, () => 0);
  const left: number[] = [];
  let aborted = 0;
  const request = retry(async (signal) => {
    signal.addEventListener('abort', () => {
      aborted += 1;
    });
    left.push(getEventListeners(signal, 'abort').length);
    if (left.length < 4) throw new ConnectionLost('the transport fails');
    return new Promise(() => {});
  });
  await expect.poll(() => left).toEqual([1, 1, 1, 1]);
  closed.abort();
  await expect(request).rejects.toThrow(StoreUnavailable);
  expect(aborted).toBe(1);
});
