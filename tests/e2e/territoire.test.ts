import { expect, test } from 'vitest';
import { expectText, lastLink, signIn } from './support/people.ts';
import { siteForTests } from './support/site.ts';

const site = siteForTests();

test('without JavaScript, on a phone: an animateur calls, notes, prints, invites; the structure takes charge of its lieu', async () => {
  const options = { courriel: 'animateur@exemple.fr', viewport: { width: 375, height: 800 }, javaScriptEnabled: false };
  const page = await signIn(site, { ...options, vers: '/territoire' });
  await expectText(page, 'Landes (40), Pyrénées-Atlantiques (64)');
  await page.getByRole('link', { name: 'Appeler les lieux sans responsable' }).click();
  // The page comes as it is made: it is counted once it is whole.
  await page.waitForURL('**/a-appeler*', { waitUntil: 'load' });
  const first = page.locator('.appel').first();
  const name = await first.locator('h2').innerText();
  expect(await first.locator('.appel-telephone a').getAttribute('href')).toMatch(/^tel:\+\d+$/);

  await page.emulateMedia({ media: 'print' });
  const visible = (selector: string) => page.locator(selector).filter({ visible: true }).count();
  const lieux = await page.locator('.appel').count();
  expect(await visible('.appel')).toBe(lieux);
  expect(await visible('ul.appel-paper')).toBe(lieux);
  expect(await visible('button, select, nav, .site-header, .site-footer')).toBe(0);
  await page.emulateMedia({ media: 'screen' });
  expect(await visible('.appel-paper')).toBe(0);

  await first.getByRole('button', { name: 'Joint, tout est juste' }).click();
  await expectText(page, 'Noté : tout est juste');
  expect(await page.locator('.appel h2').allInnerTexts()).not.toContain(name);
  await page.locator('.appel').first().getByRole('button', { name: 'Joint, à corriger' }).click();
  expect(new URL(page.url()).pathname).toMatch(/^\/espace\/lieux\/[^/]+\/\w+$/);
  await page.goto(`${site.app.url}/territoire/appels`);
  await expectText(page, name);
  await expectText(page, 'Sacha Leroy');

  await page.goto(`${site.app.url}/territoire/lieux?${new URLSearchParams({ q: name })}`);
  await page.getByRole('link', { name: 'Inviter le responsable' }).first().click();
  await page.getByLabel('Adresse de courriel de la structure').fill('accueil@structure.exemple.fr');
  await page.getByLabel('Nom de la structure').fill('Structure d’essai');
  await page.getByRole('button', { name: 'Envoyer l’invitation' }).click();
  await expectText(page, 'En attente de réponse');

  const context = await site.browser.newContext({ viewport: options.viewport, javaScriptEnabled: false });
  const structure = await context.newPage();
  const courriel = 'accueil@structure.exemple.fr';
  const open = async (path: string) =>
    structure.goto(`${site.app.url}${new URL(await lastLink(site.app, courriel, path)).pathname}`);
  await open('/invitation/');
  await expectText(structure, 'Hub des Landes et du Béarn');
  await structure.getByRole('button', { name: 'Recevoir mon lien de connexion' }).click();
  await open('/connexion/lien/');
  await structure.getByRole('button', { name: 'Me connecter' }).click();
  await structure.getByRole('button', { name: `Tenir cette fiche : ${name}` }).click();
  await structure.getByRole('heading', { level: 1, name }).waitFor();
  await page.reload();
  await expectText(page, 'Acceptée');
});
