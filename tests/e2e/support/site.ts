import type { Browser } from 'playwright-core';
import { afterAll, beforeAll } from 'vitest';
import { type RunningApp, startApp } from '#tests/support/app.ts';
import { launchBrowser } from '#tests/support/browser.ts';

/** The built application on data of its own and a browser, for the tests of one file; both end with it. */
export function siteForTests(): { readonly app: RunningApp; readonly browser: Browser } {
  let started: { app: RunningApp; browser: Browser } | undefined;
  const site = () => {
    if (!started) throw new Error('The site is there within tests only.');
    return started;
  };
  beforeAll(async () => {
    const [app, browser] = await Promise.all([startApp(), launchBrowser()]);
    started = { app, browser };
  });
  afterAll(async () => {
    await started?.browser.close();
    await started?.app.stop();
  });
  return {
    get app() {
      return site().app;
    },
    get browser() {
      return site().browser;
    },
  };
}
