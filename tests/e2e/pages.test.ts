import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { COMPLETE } from '#tests/support/hasard.ts';
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
      '/statistiques',
      '/statistiques?territoire=departement:33&indicateur=horaires&par=region&tri=lieux',
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
      '/territoire/imports',
      '/territoire/sources',
    ],
  },
};

const WIDTHS = [375, 1280];

for (const [who, { courriel, paths }] of Object.entries(VISITORS)) {
  // In the complete run each width has its own visit; else the page that was opened on a phone is widened.
  for (const widths of COMPLETE ? WIDTHS.map((width) => [width]) : [WIDTHS]) {
    test(`pages for ${who} at ${widths.join(' and ')} px: accessible, nothing refused by the policy, no sideways scroll`, async () => {
      const viewport = { width: widths[0] ?? 375, height: 800 };
      const page = courriel
        ? await signIn(site, { courriel, viewport })
        : await (await site.browser.newContext({ viewport })).newPage();
      const complaints = listenToConsole(page);
      const problems: string[] = [];
      for (const path of paths) {
        await page.setViewportSize(viewport);
        await page.goto(`${site.app.url}${path}`);
        await page.waitForLoadState('networkidle');
        for (const width of widths) {
          await page.setViewportSize({ width, height: 800 });
          for (const problem of await problemsOf(page, width === viewport.width ? RULES : RULES_OF_LAYOUT))
            problems.push(`${path} at ${width} px: ${problem}`);
        }
      }
      expect([...problems, ...complaints]).toEqual([]);
    });
  }
}

type Rules = (axe: AxeBuilder) => AxeBuilder;

const RULES: Rules = (axe) => axe.withTags(['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa']);
/** What another width may change of a page that has passed all the others. */
const RULES_OF_LAYOUT: Rules = (axe) => axe.withRules(['target-size', 'scrollable-region-focusable']);

async function problemsOf(page: Page, rules: Rules): Promise<string[]> {
  const { violations } = await rules(new AxeBuilder({ page })).analyze();
  const problems = violations.map(({ id, nodes }) => `${id} ${nodes[0]?.target.join(' ')}`);
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  if (overflow > 0) problems.push(`${overflow} px too wide`);
  const titles = await page.locator('h1').count();
  return titles === 1 ? problems : [...problems, `${titles} h1`];
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
