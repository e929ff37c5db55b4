import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

/** One project per kind of test; integration and end-to-end share one embedded PostgreSQL started by their global set-up. */
export default defineConfig({
  root: new URL('..', import.meta.url).pathname,
  test: {
    // On two cores too: half of the time a file waits for PostgreSQL, for a process or for a page.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['tests/unit/**/*.test.ts', 'tests/unit/**/*.test.tsx'],
          // no test is about time: the limit is for what hangs, also on a machine that does much else
          testTimeout: 30_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'integration',
          include: ['tests/integration/**/*.test.ts'],
          globalSetup: ['tests/support/postgres.global.ts'],
          testTimeout: 60_000,
          hookTimeout: 120_000,
          expect: { poll: { timeout: 20_000 } },
        },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          include: ['tests/e2e/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 180_000,
          // a page is waited for, never timed
          expect: { poll: { timeout: 20_000 } },
        },
      },
    ],
  },
});
