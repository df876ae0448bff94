const EVERY_MS = 500;

/**
 * Calls `onEnd` once the process that started this one has ended. Looks twice a second, and does not keep the process
 * alive.
 */
export function watchParent(onEnd: () => void): void {
  const parent = process.ppid;
  const looking = setInterval(() => {
    if (process.ppid === parent && isRunning(parent)) return;
    clearInterval(looking);
    onEnd();
  }, EVERY_MS);
  looking.unref();
}

/** On Windows, the id of the parent stays when the parent has ended. */
function isRunning(id: number): boolean {
  try {
    return process.kill(id, 0);
  } catch (error) {
    // It runs, but as another user.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
