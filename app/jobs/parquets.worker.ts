import { parentPort, workerData } from 'node:worker_threads';
import { ParquetFiles, type ParquetsAnswer, type ParquetsMessage } from './export-parquets.ts';

/** The thread that writes Parquet files of an export beside the texts: lots in their order, then the files; then it ends. */
const port = parentPort;
if (!port) throw new Error('started by export-parquets.ts');
const files = new ParquetFiles(workerData);
let after: Promise<void> = Promise.resolve();
port.on('message', (message: ParquetsMessage) => {
  after = after.then(() => answer(message));
});

async function answer(message: ParquetsMessage): Promise<void> {
  if (message.kind === 'lot') {
    await files.add(message.lot);
    tell({ kind: 'lot' });
    return;
  }
  tell({ kind: 'fin', fichiers: await files.finish(message.territoires) });
  port?.close();
}

function tell(said: ParquetsAnswer): void {
  port?.postMessage(said);
}
