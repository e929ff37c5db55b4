import { expect, test } from 'vitest';
import { expectText, lastLink, readMailbox, signIn } from './support/people.ts';
import { siteForTests } from './support/site.ts';

const site = siteForTests();

test('a structure opens appointments and takes one date out; a citizen books, gets the mail, cancels from its link', async () => {
  const responsable = await signIn(site, { courriel: 'gestionnaire@exemple.fr' });
  const href = await responsable
    .getByRole('link', { name: "Point d'accueil Garonne – Pessac" })
    .first()
    .getAttribute('href');
  const id = href?.split('/').at(-1) ?? '';
  await responsable.goto(`${site.app.url}${href}/rendez-vous/reglages`);
  await responsable.getByLabel('Qui reçoit ?').fill('Samira');
  await responsable.getByLabel('Pour quoi vient-on ?').fill('Aide pour une démarche');
  await responsable.getByLabel('Aux jours et heures que je choisis ci-dessous').check();
  for (const jour of ['mardi', 'jeudi']) await responsable.getByRole('checkbox', { name: jour }).check();
  await responsable.locator('[name="debut"]').fill('09:00');
  await responsable.locator('[name="fin"]').fill('12:00');
  await responsable.getByRole('button', { name: 'Ouvrir les rendez-vous' }).click();
  await expectText(responsable, 'Samira');

  const citizen = await (await site.browser.newContext({ viewport: { width: 375, height: 800 } })).newPage();
  const firstFree = async () => {
    const free = citizen.locator('a[href*="/rendez-vous/prendre"][href*="debut="]');
    // What the structure has just saved may still be on its way.
    await expect
      .poll(
        async () => {
          await citizen.goto(`${site.app.url}/lieux/${id}`);
          return free.count();
        },
        { timeout: 15_000, interval: 500 },
      )
      .toBeGreaterThan(0);
    return free.first().getAttribute('href');
  };
  const offered = await firstFree();
  await responsable.goto(`${site.app.url}${href}/rendez-vous`);
  const jour = new URL(offered ?? '', site.app.url).searchParams.get('debut')?.slice(0, 10);
  await responsable
    .locator('form', { has: responsable.locator(`input[name="jour"][value="${jour}"]`) })
    .getByRole('button', { name: /Retirer cette date/ })
    .click();
  await expectText(responsable, 'Date retirée');
  const other = await firstFree();
  expect(other).not.toBe(offered);

  await citizen.goto(`${site.app.url}${other}`);
  await citizen.getByLabel('Votre nom').fill('Jeanne Martin');
  await citizen.getByLabel('Votre adresse de courriel').fill('jeanne.martin@exemple.fr');
  await citizen.getByRole('button', { name: 'Réserver ce rendez-vous' }).click();
  await citizen.waitForURL(/\/rendez-vous\/[^/]+\?pris=1/);
  expect(await firstFree()).not.toBe(other);
  await responsable.reload();
  await expectText(responsable, 'Jeanne Martin');

  const link = new URL(await lastLink(site.app, 'jeanne.martin@exemple.fr', '/rendez-vous/'));
  await citizen.goto(`${site.app.url}${link.pathname}`);
  await citizen.getByRole('link', { name: /annuler/i }).click();
  await citizen.getByRole('button', { name: 'Oui, annuler ce rendez-vous' }).click();
  await expectText(citizen, 'annulé');
  expect(await firstFree()).toBe(other);
  expect((await readMailbox(site.app)).filter(({ a }) => a === 'jeanne.martin@exemple.fr').length).toBeGreaterThan(0);
});
