import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { signIn } from './support/people.ts';
import { siteForTests } from './support/site.ts';

const site = siteForTests();

const LIEU = encodeURIComponent('demo-garonne-1');
const VISITORS: Readonly<Record<string, { courriel: string | null; paths: string[] }>> = {
  nobody: {
    courriel: null,
    paths: [
      '/',
      '/carte',
      '/carte?q=Bordeaux',
      '/carte?q=zzzzzz',
      `/lieux/${LIEU}`,
      `/rendez-vous/prendre?lieu=${LIEU}`,
      '/donnees',
      '/api',
      '/connexion',
      '/aide',
      '/aide/citoyen',
      '/accessibilite',
      '/donnees-personnelles',
      '/mentions-legales',
      '/conditions',
      '/courriels',
      '/page-qui-n-existe-pas',
    ],
  },
  'a responsable': {
    courriel: 'gestionnaire@exemple.fr',
    paths: [
      '/espace',
      `/espace/lieux/${LIEU}`,
      ...[
        'identite',
        'coordonnees',
        'horaires',
        'permanences',
        'permanences/nouvelle',
        'services',
        'acces',
        'presentation',
        'labels',
        'rendez-vous',
      ].map((section) => `/espace/lieux/${LIEU}/${section}`),
      `/espace/lieux/${LIEU}/rendez-vous/reglages`,
    ],
  },
  'a moderator': {
    courriel: 'moderation@exemple.fr',
    paths: [
      '/moderation',
      '/moderation?departement=33',
      '/moderation/signalements',
      '/moderation/taches',
      '/moderation/cles',
    ],
  },
  'an animateur': {
    courriel: 'animateur@exemple.fr',
    paths: [
      '/territoire',
      '/territoire/lieux',
      '/territoire/lieux?manque=horaires&q=mairie',
      '/territoire/a-appeler',
      '/territoire/appels',
    ],
  },
};

for (const [who, { courriel, paths }] of Object.entries(VISITORS)) {
  for (const width of [375, 1280]) {
    test(`pages for ${who} at ${width} px: accessible, nothing refused by the policy, no sideways scroll`, async () => {
      const viewport = { width, height: 800 };
      const page = courriel
        ? await signIn(site, { courriel, viewport })
        : await (await site.browser.newContext({ viewport })).newPage();
      const complaints = listenToConsole(page);
      const problems: string[] = [];
      for (const path of paths) {
        await page.goto(`${site.app.url}${path}`);
        await page.waitForLoadState('networkidle');
        const { violations } = await new AxeBuilder({ page })
          .withTags(['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'])
          .analyze();
        for (const { id, nodes } of violations) problems.push(`${path}: ${id} ${nodes[0]?.target.join(' ')}`);
        const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
        if (overflow > 0) problems.push(`${path}: ${overflow} px too wide`);
        if ((await page.locator('h1').count()) !== 1) problems.push(`${path}: ${await page.locator('h1').count()} h1`);
      }
      expect([...problems, ...complaints]).toEqual([]);
    });
  }
}

/** What the browser complains of: script errors, refusals of the Content-Security-Policy, failed hydration. A 404 page is meant. */
function listenToConsole(page: Page): string[] {
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(`${page.url()}: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error' && !/status of 404/.test(message.text())) {
      complaints.push(`${page.url()}: ${message.text()}`);
    }
  });
  return complaints;
}
