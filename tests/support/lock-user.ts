import { appendFileSync, readFileSync } from 'node:fs';
import { withLock } from '#db/embedded/lock.mjs';

/** A process that takes a lock again and again, and writes in a file when it enters and when it leaves. Run by the tests of the lock. */
const [lock = '', journal = '', times = '0', pause = '0'] = process.argv.slice(2);
for (let time = 0; time < Number(times); time += 1) {
  await withLock(lock, async () => {
    appendFileSync(journal, `+${process.pid}\n`);
    await new Promise((resolve) => setTimeout(resolve, Number(pause)));
    readFileSync(journal);
    appendFileSync(journal, `-${process.pid}\n`);
  });
}
