import { resolve } from 'node:path';
import { build } from 'esbuild';

/** Bundles a program that is written in a test so that Node can run it; the path of the bundle, which the caller removes. */
export async function bundleText(name: string, contents: string): Promise<string> {
  const outfile = resolve('node_modules/.cache', `${name}-${process.pid}.mjs`);
  await build({
    stdin: { contents, resolveDir: process.cwd(), loader: 'ts' },
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    logLevel: 'error',
  });
  return outfile;
}
