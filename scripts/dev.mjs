/** `npm run dev`: the same application as `npm start`, built again and restarted when a source changes. */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, watch } from 'node:fs';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

let server;
let timer;
let ending = false;

for (const folder of ['app', 'db', 'scripts', 'public'].filter((name) => existsSync(`${ROOT}${name}`))) {
  watch(`${ROOT}${folder}`, { recursive: true }, () => {
    clearTimeout(timer);
    timer = setTimeout(restart, 200);
  });
}
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, () => {
    ending = true;
    stop().then(() => process.exit(0));
  });
}
restart();

/** A build that fails leaves the former version running. */
async function restart() {
  if (spawnSync(process.execPath, ['scripts/setup.mjs'], { cwd: ROOT, stdio: 'inherit' }).status !== 0) return;
  await stop();
  if (!ending)
    server = spawn(process.execPath, ['--enable-source-maps', 'build/bin/server.mjs'], { cwd: ROOT, stdio: 'inherit' });
}

function stop() {
  return new Promise((resolve) => {
    if (!server || server.exitCode !== null || server.signalCode !== null) return resolve();
    server.once('exit', resolve);
    server.kill('SIGTERM');
  });
}
