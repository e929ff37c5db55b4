import { expect, test } from 'vitest';
import { expectText, lastLink, signIn } from './support/people.ts';
import { siteForTests } from './support/site.ts';

const courriel = 'gestionnaire@exemple.fr';

const site = siteForTests();

test('without JavaScript: ranges are added and copied, a slip is shown with what was typed, then the week is saved', async () => {
  const page = await signIn(site, { courriel, javaScriptEnabled: false });
  const lieu = await lieuPath(page, 'Médiathèque Garonne – Bastide');
  await page.goto(`${site.app.url}${lieu}/horaires`);
  await page.getByRole('button', { name: 'Ajouter une plage : dimanche' }).click();
  await page.locator('input[name="jour.6.0.debut"]').fill('9h30');
  await page.locator('input[name="jour.6.0.fin"]').fill('douze heures');
  await page.getByRole('button', { name: 'Enregistrer' }).click();
  await expectText(page, 'Dimanche : ');
  expect(await page.locator('input[name="jour.6.0.debut"]').inputValue()).toBe('9h30');
  await page.locator('input[name="jour.6.0.fin"]').fill('12h10');
  await page.locator('[id="jour.6"] .day-copy > summary').click();
  await page.locator('input[name="copie.jour.6"][value="0"]').check();
  await page.locator('button[value="copier:jour.6"]').click();
  expect(await page.locator('input[name="jour.0.0.debut"]').inputValue()).toBe('9h30');
  await page.getByRole('button', { name: 'Enregistrer' }).click();
  await expectText(page, 'est déjà en ligne');
  await expectText(page, '9 h 30 – 12 h 10');
});

test('two people who change the same field: the second sees both values and chooses, nothing is overwritten', async () => {
  const first = await signIn(site, { courriel });
  const lieu = await lieuPath(first, 'France services Garonne – Cenon');
  const second = await signIn(site, { courriel });
  for (const page of [first, second]) await page.goto(`${site.app.url}${lieu}/coordonnees`);
  await first.locator('input[name="telephone"]').fill('05 36 49 00 01');
  await first.getByRole('button', { name: 'Enregistrer' }).click();
  await expectText(first, 'est déjà en ligne');

  await second.locator('input[name="telephone"]').fill('05 36 49 00 02');
  await second.locator('input[name="complement_adresse"]').fill('Au fond de la cour');
  await second.getByRole('button', { name: 'Enregistrer' }).click();
  await expectText(second, 'Quelqu’un d’autre vient de modifier la même chose');
  await expectText(second, '+33536490001');
  expect(await second.locator('input[name="complement_adresse"]').inputValue()).toBe('Au fond de la cour');
  await second.getByLabel('Mettre ce que j’ai écrit').check();
  await second.getByRole('button', { name: 'Enregistrer' }).click();
  await expectText(second, 'C’est enregistré');
  await expectText(second, '05 36 49 00 02');
});

test('the preview shows the public fiche with the changes, and saves nothing', async () => {
  const page = await signIn(site, { courriel });
  const lieu = await lieuPath(page, "Point d'accueil Garonne – Pessac");
  await page.goto(`${site.app.url}${lieu}/presentation`);
  await page.locator('[name="presentation_resume"]').fill('Une phrase que personne n’a encore lue.');
  await page.getByRole('button', { name: 'Voir la fiche avec ces changements' }).click();
  await expectText(page, 'rien n’est encore enregistré');
  await expectText(page, 'Une phrase que personne n’a encore lue.');
  const visitor = await (await site.browser.newContext()).newPage();
  await visitor.goto(`${site.app.url}/lieux/${lieu.split('/').at(-1)}`);
  expect(await visitor.content()).not.toContain('encore lue');
  await page.getByRole('button', { name: 'Revenir au formulaire' }).click();
  await page.locator('[name="presentation_resume"]').waitFor();
  expect(await page.locator('[name="presentation_resume"]').inputValue()).toContain('encore lue');
});

/** Sign-in links are limited for each address. */
const other = 'lyon@exemple.fr';

test.each([true, false])(
  'a form sent after the session has ended is sent again from the page that answers (JavaScript: %s)',
  async (script) => {
    const page = await signIn(site, { courriel: other, javaScriptEnabled: script });
    const lieu = await page.locator('a[href^="/espace/lieux/"]').first().getAttribute('href');
    await page.goto(`${site.app.url}${lieu}/presentation`);
    const typed = `Écrit avant la fin de la session (${script ? 'avec' : 'sans'} script).`;
    await page.locator('[name="presentation_resume"]').fill(typed);
    await page.context().clearCookies();
    await page.getByRole('button', { name: 'Enregistrer' }).click();
    await expectText(page, 'Votre session est terminée');
    await expectText(page, 'Rien n’est perdu');

    const [tab] = await Promise.all([
      page.context().waitForEvent('page'),
      page.getByRole('link', { name: 'Connectez-vous dans un autre onglet' }).click(),
    ]);
    await tab.getByLabel('Votre adresse de courriel').fill(other);
    await tab.getByRole('button', { name: 'Recevoir mon lien' }).click();
    await expectText(tab, 'Regardez vos courriels');
    const link = await lastLink(site.app, other, '/connexion/lien/');
    await tab.goto(`${site.app.url}${new URL(link).pathname}`);
    await tab.getByRole('button', { name: 'Me connecter' }).click();
    await tab.waitForURL((url) => url.pathname === '/espace');
    await page.getByRole('button', { name: 'Envoyer ce que j’avais écrit' }).click();
    await expectText(page, 'C’est enregistré');
    await expectText(page, typed);
  },
);

/** The path of a lieu in the space of who is signed in, by its name. */
async function lieuPath(page: Awaited<ReturnType<typeof signIn>>, name: string): Promise<string> {
  const href = await page.getByRole('link', { name }).first().getAttribute('href');
  if (!href) throw new Error(`${name} is not in the list`);
  return href;
}
