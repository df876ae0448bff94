/** By how many bytes the memory of the process grows at most while `work` runs, as looked at every millisecond. */
export async function memoryPeak(work: () => Promise<unknown>): Promise<number> {
  const before = process.memoryUsage.rss();
  let highest = before;
  const watching = setInterval(() => {
    highest = Math.max(highest, process.memoryUsage.rss());
  }, 1);
  try {
    await work();
  } finally {
    clearInterval(watching);
  }
  return highest - before;
}
