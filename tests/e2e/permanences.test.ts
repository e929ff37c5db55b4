import { AxeBuilder } from '@axe-core/playwright';
import type { BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { expectText, signIn } from './support/people.ts';
import { siteForTests } from './support/site.ts';

const site = siteForTests();
const LIEU = 'demo-garonne-2';

test('a permanence is added, seen by the public at once, changed, and taken out after a question', async () => {
  const page = await openSpace();
  const base = `${site.app.url}/espace/lieux/${LIEU}/permanences`;
  await page.goto(base);
  await page.getByRole('link', { name: 'Ajouter une permanence' }).click();
  await page.getByLabel('Ailleurs : une étape').check();
  await page.getByRole('button', { name: 'Enregistrer' }).click();
  await expectText(page, 'choses à corriger');
  const { violations } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'])
    .analyze();
  expect(violations.map(({ id, nodes }) => `${id} ${nodes[0]?.target.join(' ')}`)).toEqual([]);
  await page.getByLabel('Ici, dans le lieu').check();
  await page.locator('#champ-precision').fill('Guichet bleu, avec Samira');
  await page.locator('[id="jour.1.0.debut"]').fill('9h15-12h05');
  await page.keyboard.press('Tab');
  await page.getByRole('button', { name: 'Enregistrer' }).click();
  await expectText(page, 'est déjà en ligne');
  await expectText(page, 'Mardi : 9 h 15 – 12 h 05');

  const visitor = await (await site.browser.newContext()).newPage();
  await visitor.goto(`${site.app.url}/lieux/${LIEU}`);
  await expectText(visitor, 'Guichet bleu, avec Samira');

  await page.getByRole('link', { name: 'Modifier ou supprimer' }).click();
  expect(await page.locator('[id="jour.1.0.fin"]').inputValue()).toBe('12:05');
  await page.getByRole('button', { name: 'Supprimer cette permanence' }).click();
  await page.getByRole('button', { name: 'Oui, la supprimer' }).click();
  await expectText(page, 'Aucune permanence');
});

test('without JavaScript, a stop of a tournée: what is missing is said beside its field, nothing typed is lost', async () => {
  const page = await openSpace({ javaScriptEnabled: false });
  await page.goto(`${site.app.url}/espace/lieux/${LIEU}/permanences/nouvelle`);
  await page.getByLabel('Ailleurs : une étape').check();
  await page.getByLabel('Nom de l’endroit').fill('Place du marché');
  await page.getByLabel('Commune').fill('Trifouillis');
  await page.locator('[id="jour.3.0.debut"]').fill('14h-16h');
  await page.locator('button[value="ajouter:jour.3"]').click();
  expect(await page.getByLabel('Nom de l’endroit').inputValue()).toBe('Place du marché');
  await page.getByLabel('Code postal').fill('33210');
  await page.getByLabel('Commune').fill('');
  await page.getByRole('button', { name: 'Enregistrer' }).click();
  await expectText(page, 'Il manque la commune');
  await page.getByLabel('Commune').fill('Langon');
  await page.getByRole('button', { name: 'Enregistrer' }).click();
  await expectText(page, 'C’est enregistré');
  await expectText(page, 'Jeudi : 14 h – 16 h');
  await expectText(page, 'Place du marché, 33210 Langon');
});

test('two people who change the same permanence: the second sees both and chooses; another one stays untouched', async () => {
  const [first, second] = [await openSpace(), await openSpace()];
  const list = `${site.app.url}/espace/lieux/demo-garonne-1/permanences`;
  for (const page of [first, second]) {
    await page.goto(list);
    await page.getByRole('link', { name: 'Modifier ou supprimer' }).first().click();
    await page.locator('#champ-precision').waitFor();
  }
  await first.locator('#champ-precision').fill('Au sous-sol');
  await first.getByRole('button', { name: 'Enregistrer' }).click();
  await expectText(first, 'C’est enregistré');
  await second.locator('#champ-precision').fill('Au grenier');
  await second.getByRole('button', { name: 'Enregistrer' }).click();
  await expectText(second, 'Quelqu’un d’autre vient de modifier cette permanence');
  await second.getByLabel('Ce que j’ai écrit').check();
  await second.getByRole('button', { name: 'Enregistrer' }).click();
  await second.locator('.permanence-list', { hasText: 'Au grenier' }).waitFor();
  expect(await second.getByRole('link', { name: 'Modifier ou supprimer' }).count()).toBe(2);
});

/** Signed in once for all: the sign-in form counts. */
let cookies: Awaited<ReturnType<BrowserContext['storageState']>> | undefined;

async function openSpace(options: BrowserContextOptions = {}): Promise<Page> {
  cookies ??= await (await signIn(site, { courriel: 'gestionnaire@exemple.fr' })).context().storageState();
  return (await site.browser.newContext({ ...options, storageState: cookies })).newPage();
}
