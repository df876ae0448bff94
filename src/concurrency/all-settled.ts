/**
 * The results of all promises, once every one of them has settled: nothing is left running behind the caller's back.
 * @throws what the first rejected one threw
 */
export async function allSettled<Result>(promises: Iterable<Promise<Result>>): Promise<Result[]> {
  const results: Result[] = [];
  for (const result of await Promise.allSettled(promises)) {
    if (result.status === 'rejected') throw result.reason;
    results.push(result.value);
  }
  return results;
}
