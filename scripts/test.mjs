/**
 * `npm test`: every check, one after the other, all of them even when one fails. Last line: `N passed, N failed`, each static check
 * counting as one. `--complet` (`npm run test:complet`) sets TEST_COMPLET=1, which adds the long cases to the same suites.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const complete = process.argv.includes('--complet');

const CHECKS = [
  ['types', 'typescript/bin/tsc', ['--noEmit', '-p', '.']],
  ['lint and format', '@biomejs/biome/bin/biome', ['check', '.']],
  [
    'architecture',
    'dependency-cruiser/bin/dependency-cruise.mjs',
    ['--config', 'tests/architecture/dependency-cruiser.config.cjs', 'app', 'db', 'scripts', 'tests'],
  ],
  ['sources', '../tests/architecture/sources.mjs', []],
  ['dead code', 'knip/bin/knip.js', ['--no-config-hints']],
  ['db/types.ts against the migrations', '../build/bin/types.mjs', ['--verify']],
];

const results = CHECKS.map(([name, program, args]) => ({ name, ...timed(() => check(program, args)) }));
results.push({ name: 'vitest', ...timed(runVitest) });

const total = { passed: 0, failed: 0, skipped: 0 };
console.log('');
for (const { failures = [] } of results) for (const failure of failures) console.log(failure);
for (const { name, seconds, passed, failed, skipped } of results) {
  total.passed += passed;
  total.failed += failed;
  total.skipped += skipped;
  const verdict = failed > 0 ? `FAILED (${failed})` : 'ok';
  console.log(`${verdict.padEnd(12)} ${seconds.toFixed(1).padStart(7)} s  ${name}`);
}
process.exitCode = total.failed > 0 ? 1 : 0;
console.log(`${total.passed} passed, ${total.failed} failed${total.skipped > 0 ? `, ${total.skipped} skipped` : ''}`);

function check(program, args) {
  const { status } = spawnSync(process.execPath, [join(ROOT, 'node_modules', program), ...args], options());
  return status === 0 ? { passed: 1, failed: 0, skipped: 0 } : { passed: 0, failed: 1, skipped: 0 };
}

function runVitest() {
  const folder = mkdtempSync(join(tmpdir(), 'lieu-a-jour-vitest-'));
  const report = join(folder, 'report.json');
  try {
    const args = [
      'run',
      '-c',
      'tests/vitest.config.ts',
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${report}`,
    ];
    const { status } = spawnSync(process.execPath, [join(ROOT, 'node_modules/vitest/vitest.mjs'), ...args], options());
    return countTests(readFileSync(report, 'utf8'), status);
  } catch (error) {
    console.error(`vitest gave no report: ${error.message}`);
    return { passed: 0, failed: 1, skipped: 0 };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A file that could not be read has no test to count: it is one failure, and so is whatever else made vitest fail. */
function countTests(text, status) {
  const report = JSON.parse(text);
  const skipped = report.numPendingTests + report.numTodoTests;
  const broken = report.testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && assertionResults.every((test) => test.status !== 'failed'),
  ).length;
  const failed = report.numFailedTests + broken;
  return {
    passed: report.numPassedTests,
    failed: failed === 0 && status !== 0 ? 1 : failed,
    skipped,
    failures: failuresOf(report),
  };
}

/** What failed and the beginning of why, to be read at the end of a log of which only the end is kept. */
function failuresOf(report) {
  return report.testResults.flatMap(({ name, status, message, assertionResults }) => {
    const file = relative(ROOT, name);
    const failed = assertionResults.filter((test) => test.status === 'failed');
    if (status === 'failed' && failed.length === 0) return [`FAILED ${file}\n${beginningOf(message)}`];
    return failed.map(
      ({ fullName, failureMessages }) => `FAILED ${file} > ${fullName}\n${beginningOf(failureMessages[0])}`,
    );
  });
}

function beginningOf(message) {
  return stripVTControlCharacters(message ?? '')
    .slice(0, 600)
    .trim()
    .replace(/^/gm, '  ');
}

function timed(work) {
  const start = performance.now();
  const counts = work();
  return { ...counts, seconds: (performance.now() - start) / 1000 };
}

function options() {
  const env = { ...process.env, ...(complete ? { TEST_COMPLET: '1' } : {}) };
  return { cwd: ROOT, env, stdio: 'inherit' };
}
