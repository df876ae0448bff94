/** How often to look, in milliseconds. */
const EVERY_MS = 500;

/**
 * Calls `onEnd` once when the parent process has ended. Does not keep this process alive.
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

/** Whether a process runs. Windows keeps the id of a parent that has ended, so that the id alone does not tell. */
function isRunning(id: number): boolean {
  try {
    return process.kill(id, 0);
  } catch (error) {
    // The process runs as another user.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
