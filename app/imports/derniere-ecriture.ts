import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** When a file was last written, or a folder and what is directly in it; null where nothing is there. */
export async function lastWritten(path: string): Promise<Date | null> {
  const names = await readdir(path).catch(() => []);
  const paths = [path, ...names.map((name) => join(path, name))];
  const times = await Promise.all(
    paths.map((one) =>
      stat(one).then(
        ({ mtimeMs }) => mtimeMs,
        () => 0,
      ),
    ),
  );
  const last = Math.max(...times);
  return last === 0 ? null : new Date(last);
}
