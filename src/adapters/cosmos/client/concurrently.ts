/** How many requests one call sends at once. More would leave too little throughput for other calls. */
const CONCURRENCY = 16;

/**
 * Runs `work` for each item, several at once. After a failure, no further item is started.
 * @returns the results in the order of the items
 * @throws the first failure, once all work that was started has ended
 */
export async function concurrently<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  const queue = items.entries();
  let failed = false;
  const worker = async (): Promise<void> => {
    for (const [index, item] of queue) {
      if (failed) return;
      try {
        results[index] = await work(item);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  const workers = Array.from({ length: Math.min(CONCURRENCY, items.length) }, worker);
  for (const end of await Promise.allSettled(workers)) if (end.status === 'rejected') throw end.reason;
  return results;
}
