import { openDatabase } from '#db/embedded.ts';

/**
 * A process that uses the embedded database of the folder it is given, as a command does: prints a line of JSON when it has it, then
 * lets it go when its input closes, or at a signal. Bundled and run by the tests of the launcher.
 */
const [dataDir = ''] = process.argv.slice(2);
const log = { info: () => {}, warn: (message: string) => process.stderr.write(`${message}\n`) };

try {
  const database = await openDatabase({ dataDir, log, fsync: false, endOnSignals: true });
  process.stdout.write(`${JSON.stringify({ url: database.url })}\n`);
  await new Promise((resolve) => process.stdin.resume().once('end', resolve));
  await database.release();
  process.exit(0);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  process.exit(1);
}
