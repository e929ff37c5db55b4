import { vitePlugin as remix } from '@remix-run/dev';
import { defineConfig } from 'vite';
import remixConfig from './remix.config.js';

/** Remix through Vite. Tests have a configuration of their own, without the Remix plugin: tests/vitest.config.ts. */
export default defineConfig({
  plugins: [remix(remixConfig)],
  build: { target: 'es2020', sourcemap: false, chunkSizeWarningLimit: 1200 },
});
