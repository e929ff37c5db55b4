import { readdirSync } from 'node:fs';
import { build } from 'esbuild';
import { describe, expect, test } from 'vitest';

/**
 * Hours are parsed when written, never when read: what any page but the forms of hours, the map or an export runs to be shown does not
 * even hold the functions that parse. Bundled as the server is, without what nothing calls.
 */
const ROOT = new URL('../..', import.meta.url).pathname;
const PARSERS = ['parseHoraires', 'readRules', 'understandHoraires', 'storeHoraires'];

async function parsersIn(contents: string): Promise<string[]> {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: ROOT, loader: 'ts' },
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'node',
    packages: 'external',
    jsx: 'automatic',
    logLevel: 'error',
    plugins: [
      {
        name: 'as-the-project-resolves',
        setup({ onResolve }) {
          onResolve({ filter: /\?(?:url|raw)$|\.css$/ }, ({ path }) => ({ path, external: true }));
          onResolve({ filter: /^#/ }, ({ path }) => ({ path: `${ROOT}${path.slice(1)}` }));
        },
      },
    ],
  });
  const text = outputFiles[0]?.text ?? '';
  return PARSERS.filter((name) => new RegExp(`function ${name}\\(`).test(text));
}

/** The forms in which hours are typed. */
const FORMS = ['espace.lieux.$id.$section.tsx', 'espace.lieux.$id.permanences.$permanence.tsx'];
const routes = readdirSync(`${ROOT}app/routes`).filter((file) => !FORMS.includes(file));
const carte = readdirSync(`${ROOT}app/carte`).filter((file) => /\.tsx?$/.test(file) && !file.includes('.worker.'));

describe('reads what is stored and parses nothing', () => {
  test.concurrent.each(routes)('route %s', async (file) => {
    expect(await parsersIn(`export { loader } from './app/routes/${file}'`)).toEqual([]);
  });

  test.concurrent.each(carte)('app/carte/%s', async (file) => {
    expect(await parsersIn(`export * from './app/carte/${file}'`)).toEqual([]);
  });

  test.concurrent.each(['lieux-publies', 'fiches', 'exports', 'moderation', 'journal'])('db/%s.ts', async (file) => {
    expect(await parsersIn(`export * from './db/${file}.ts'`)).toEqual([]);
  });

  test.each(['app/jobs/export-quotidien.ts', 'app/domain/permanences.ts', 'app/domain/permanences-words.ts'])(
    '%s',
    async (file) => {
      expect(await parsersIn(`export * from './${file}'`)).toEqual([]);
    },
  );
});

test('who writes does parse: the same look finds it there', async () => {
  for (const form of FORMS)
    expect(await parsersIn(`export { loader } from './app/routes/${form}'`)).toContain('parseHoraires');
  expect(await parsersIn("export { lieuColumns } from './db/lieux.ts'")).toEqual(PARSERS);
  expect(await parsersIn("export { action } from './app/routes/espace.lieux.$id.$section.tsx'")).toContain(
    'parseHoraires',
  );
});
