import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { signIn } from './support/people.ts';
import { siteForTests } from './support/site.ts';

const site = siteForTests();

const COLONNES = ['Réf', 'Structure', 'Ville', 'CP', 'Rue', 'Lat', 'Lon', 'Tél', 'Mise à jour', 'Notes'];
const LIEUX = [
  [
    'h1',
    'Maison du Lac',
    'Mont-de-Marsan',
    '40000',
    '1 rue du Lac',
    '43.89',
    '-0.5',
    '05 58 00 00 01',
    '2026-01-15',
    'x',
  ],
  ['h2', 'Le Phare', 'Dax', '40100', '2 rue du Phare', '43.71', '-1.05', '05 58 00 00 02', '2026-01-15', ''],
  ['h3', 'Ailleurs', 'Reims', '51100', '3 rue Haute', '49.25', '4.03', '03 26 00 00 03', '2026-01-15', ''],
  ['h4', '', 'Pau', '64000', '4 rue Basse', '43.3', '-0.37', '', '2026-01-15', ''],
];

async function check(page: Page, name: string): Promise<void> {
  const { violations } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'])
    .analyze();
  expect(violations.map(({ id, nodes }) => `${name}: ${id} ${nodes[0]?.html}`)).toEqual([]);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
  expect(wide, name).toBe(false);
  if (process.env.SHOTS) {
    for (const width of [375, 1280]) {
      await page.setViewportSize({ width, height: 900 });
      await page.screenshot({ path: `${process.env.SHOTS}/${name}-${width}.png`, fullPage: true });
    }
  }
}

test('an animateur drops a file, says what its columns are, sees what it would change and where, applies it and takes it back', async () => {
  const page = await signIn(site, { courriel: 'animateur@exemple.fr', vers: '/territoire/imports' });
  await check(page, 'depot');
  const content = [COLONNES, ...LIEUX].map((cells) => cells.join(';')).join('\n');
  await page
    .getByLabel('Fichier', { exact: true })
    .setInputFiles({ name: 'hub.csv', mimeType: 'text/csv', buffer: Buffer.from(content) });
  await page.getByRole('button', { name: 'Envoyer le fichier' }).click();
  // The job is woken by itself, and the page comes again by itself.
  await page.getByRole('button', { name: 'Essayer avec ces colonnes' }).waitFor({ timeout: 60_000 });
  expect(await page.getByLabel('« Structure »').inputValue()).toBe('nom');
  expect(await page.getByLabel('« Tél »').inputValue()).toBe('telephone');
  await check(page, 'colonnes');
  await page.getByLabel('D’où viennent ces lieux').fill('Hub des Landes');
  await page.getByRole('button', { name: 'Essayer avec ces colonnes' }).click();
  await page.getByRole('heading', { name: 'Ce que l’import ferait' }).waitFor({ timeout: 60_000 });
  await page.getByText('2 lignes refusées').waitFor();
  await page.getByText('hors de votre territoire').waitFor();
  await page.getByRole('img', { name: 'Carte des lieux du fichier' }).waitFor();
  await check(page, 'essai');
  await page.getByRole('button', { name: 'Appliquer l’import' }).click();
  await page.getByRole('heading', { name: 'Ce que l’import a fait' }).waitFor({ timeout: 60_000 });
  await check(page, 'applique');
  await page.getByText('Annuler cet import').click();
  await page.getByRole('button', { name: 'Annuler tout l’import' }).click();
  await page.getByText('L’import est annulé').waitFor();
  await page.getByText('2 lieux retirés').waitFor();
});
