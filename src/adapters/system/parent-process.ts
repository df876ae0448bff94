import { readFileSync } from 'node:fs';

/** How often to look, in milliseconds. */
const EVERY_MS = 500;

/**
 * Calls `onEnd` once when the process that started this one has ended: at once if it has ended already. Does not keep this
 * process alive.
 */
export function watchParent(onEnd: () => void): void {
  const parent = process.ppid;
  if (isAdopted(parent)) {
    onEnd();
    return;
  }
  const looking = setInterval(() => {
    if (process.ppid === parent && isRunning(parent)) return;
    clearInterval(looking);
    onEnd();
  }, EVERY_MS);
  looking.unref();
}

/**
 * Whether this process has been given another parent, because the first one has ended. A process is started in its parent's
 * group, if not in one of its own, and is adopted by a process of another. In a container, process 1 may be the first parent.
 */
function isAdopted(parent: number): boolean {
  try {
    const group = groupOf('self');
    return group !== String(process.pid) && group !== groupOf(parent);
  } catch {
    // Other systems than Linux.
    return parent === 1;
  }
}

/** The process group: the third field after the name, which stands in parentheses and may contain any character. */
function groupOf(id: number | 'self'): string | undefined {
  const fields = readFileSync(`/proc/${id}/stat`, 'utf8');
  return fields.slice(fields.lastIndexOf(')') + 2).split(' ')[2];
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
