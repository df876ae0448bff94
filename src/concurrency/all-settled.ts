/**
 * Waits until every promise has settled, so that nothing is still running afterwards.
 * @returns the results of all promises
 * @throws the reason of the first promise that was rejected, in the order of `promises`
 */
export async function allSettled<Result>(promises: Iterable<Promise<Result>>): Promise<Result[]> {
  const results: Result[] = [];
  for (const result of await Promise.allSettled(promises)) {
    if (result.status === 'rejected') throw result.reason;
    results.push(result.value);
  }
  return results;
}
