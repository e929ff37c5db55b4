/** Runs `work` while no other process holds `path`; rejects when it is not free after `timeoutMs` (300 s). */
export function withLock<T>(
  path: string,
  work: () => Promise<T> | T,
  options?: { timeoutMs?: number; onWait?: () => void },
): Promise<T>;

/** When a process began, in a form that two processes with the same id never share; null when there is no such process. */
export function processStart(pid: number): string | null;
