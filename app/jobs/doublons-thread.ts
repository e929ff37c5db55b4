import { Worker } from 'node:worker_threads';

/** Looks for duplicates in a thread of its own, one at a time; `stop` cuts it, and nothing of it is kept. */
export function createDoublonsThread({
  url,
  workerUrl = new URL('./doublons.worker.mjs', import.meta.url),
}: {
  /** Address of the database. */
  url: string;
  /** The bundled `doublons.worker.ts`; beside this program by default. */
  workerUrl?: URL;
}): { search(now: Date): Promise<void>; stop(): Promise<void> } {
  let running: Worker | null = null;
  return {
    search(now) {
      return new Promise((resolve, reject) => {
        const worker = new Worker(workerUrl, { workerData: { url, now }, name: 'doublons' });
        running = worker;
        // One that is cut while it starts ends with code 0 too: only its answer says that it is done.
        let answered = false;
        worker.once('message', () => {
          answered = true;
        });
        worker.once('error', reject);
        worker.once('exit', (code) => {
          running = null;
          if (answered && code === 0) resolve();
          else reject(new Error(`the search for duplicates ended with code ${code}`));
        });
      });
    },
    async stop() {
      await running?.terminate();
    },
  };
}
