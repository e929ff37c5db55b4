import { type ResourceLimits, Worker } from 'node:worker_threads';
import type { ListesRequest } from './listes.ts';

interface Place {
  /** Address of the database. */
  url: string;
  /** The bundled worker; beside this program by default. */
  workerUrl?: URL;
}

/** Looks for duplicates in a thread of its own, one at a time; `stop` cuts it, and nothing of it is kept. */
export function createDoublonsThread({ url, workerUrl }: Place) {
  const thread = createThread('doublons', workerUrl);
  return {
    async search(now: Date): Promise<void> {
      await thread.run({ url, now });
    },
    stop: thread.stop,
  };
}

/** Reads the official lists and compares them with the lieux in a thread of its own; what a list gave is kept as it comes. */
export function createListesThread({ url, workerUrl }: Place) {
  const thread = createThread('listes', workerUrl);
  return {
    run: (request: ListesRequest): Promise<unknown> => thread.run({ url, ...request }),
    stop: thread.stop,
  };
}

/** Reads, tries and applies the files that were brought in the browser, in a thread whose memory has a limit of its own. */
export function createImportsThread({ url, workerUrl }: Place) {
  const thread = createThread('imports', workerUrl, { maxOldGenerationSizeMb: 512 });
  return {
    run: (request: { dataDir: string; now: Date }): Promise<unknown> => thread.run({ url, ...request }),
    stop: thread.stop,
  };
}

function createThread(
  name: string,
  workerUrl = new URL(`./${name}.worker.mjs`, import.meta.url),
  resourceLimits: ResourceLimits = {},
) {
  let running: Worker | null = null;
  return {
    /** What the thread answers before it ends. */
    run(workerData: object): Promise<unknown> {
      return new Promise((resolve, reject) => {
        const worker = new Worker(workerUrl, { workerData, name, resourceLimits });
        running = worker;
        // One that is cut while it starts ends with code 0 too: only its answer says that it is done.
        const answers: unknown[] = [];
        worker.once('message', (value: unknown) => answers.push(value));
        worker.once('error', reject);
        worker.once('exit', (code) => {
          running = null;
          if (answers.length > 0 && code === 0) resolve(answers[0]);
          else reject(new Error(`the thread ${name} ended with code ${code}`));
        });
      });
    },
    async stop(): Promise<void> {
      await running?.terminate();
    },
  };
}
