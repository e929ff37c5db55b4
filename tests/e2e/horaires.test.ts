import { AxeBuilder } from '@axe-core/playwright';
import type { BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { expectText, signIn } from './support/people.ts';
import { siteForTests } from './support/site.ts';

const site = siteForTests();

const MERIGNAC = 'demo-garonne-3';
const CENON = 'demo-garonne-2';
const LIBOURNE = 'demo-garonne-7';

test('only Tuesday is edited: odd weeks, exceptions and what the page cannot show come out to the letter', async () => {
  const page = await openHours(MERIGNAC);
  const rest = '; week 1-53/2 We 14:00-17:00; easter -2 days off; PH off; 2027 Mar 1-5 off "travaux"';
  await page.getByText('Voir le texte au format OpenStreetMap').click();
  await page.locator('#texte').fill(`Mo,We-Fr 09:30-12:00; Tu 14:00-16:00${rest}`);
  await save(page);

  await page.goto(`${site.app.url}/espace/lieux/${MERIGNAC}/horaires`);
  await page.locator('[id="exception.0.mention"]').waitFor();
  expect(await page.locator('[id="variante.0.quand"]').inputValue()).toBe('impaire');
  await expectText(page, 'Gardé tel quel');
  await page.locator('[id="jour.1.0.debut"]').fill('10h');
  await page.locator('[id="jour.1.0.fin"]').fill('11h30');
  await save(page);
  await page.goto(`${site.app.url}/espace/lieux/${MERIGNAC}/horaires`);
  expect(await page.locator('#texte').inputValue()).toBe(`Mo,We-Fr 09:30-12:00; Tu 10:00-11:30${rest}`);
});

test('a pasted text fills the week, an unclear one is asked about, another has its place marked', async () => {
  const page = await openHours(LIBOURNE);
  await page.locator('#coller').click();
  await page.locator('#colle').fill('lundi 9h-12h, fermé blabla');
  await page.getByRole('button', { name: 'Remplir la semaine avec ce texte' }).click();
  await page.locator('#collage mark', { hasText: 'blabla' }).waitFor();
  await page.locator('#colle').fill('9h-12h / 14h-17h');
  await page.getByRole('button', { name: 'Remplir la semaine avec ce texte' }).click();
  await page.locator('input[name="lecture"]').first().check();
  await page.getByRole('button', { name: 'Remplir la semaine ainsi' }).click();
  await expectText(page, 'Voici ce que nous avons compris');
  // The seasons that stood there are gone, which is said, and can be taken back.
  await page.locator('#collage', { hasText: 'de septembre à juin' }).waitFor();
  expect(await page.locator('#texte').inputValue()).toBe('Mo-Fr 09:00-12:00,14:00-17:00; PH off');
  expect(await page.locator('.horaires-preview td', { hasText: '18 h' }).count()).toBe(0);
  await page.getByRole('button', { name: 'Annuler ce collage' }).click();
  await expect.poll(() => page.locator('#texte').inputValue()).toMatch(/^Sep-Jun Mo-Fr/);
  await page.locator('#colle').fill('du lundi au jeudi de 9h à 12h et de 14h à 17h, vendredi 9h-12h');
  await page.getByRole('button', { name: 'Remplir la semaine avec ce texte' }).click();
  await expectText(page, 'Vendredi : 9 h – 12 h');
  expect(await page.locator('[id="jour.3.1.fin"]').inputValue()).toBe('17:00');
  expect(await page.locator('[id="jour.4.0.fin"]').inputValue()).toBe('12:00');
  // What is public already has not moved.
  const visitor = await (await site.browser.newContext()).newPage();
  await visitor.goto(`${site.app.url}/lieux/${LIBOURNE}`);
  expect(await visitor.getByText('14 h – 18 h').count()).toBeGreaterThan(0);
});

test('an exceptional closure over a booked appointment is said before saving, and asks to be confirmed', async () => {
  const page = await openHours(CENON);
  const booked = page.locator('td', { hasText: 'rendez-vous pris' }).first();
  const day = await booked.locator('time').getAttribute('datetime');
  if (!day) throw new Error('no appointment in the calendar');
  await page.locator('#exceptions').click();
  await page.getByRole('button', { name: 'Ajouter une fermeture' }).click();
  await page.locator('[id="exception.0.du"]').fill(day);
  await expectText(page, 'quand c’est fermé');
  await booked.getByText('exception').waitFor();
  await page.getByRole('button', { name: 'Enregistrer', exact: true }).click();
  await expectText(page, 'Rien n’est encore enregistré');
  await page.locator('.arrival:focus').waitFor();
  expect(await page.getByRole('link', { name: 'votre agenda' }).getAttribute('href')).toContain('/rendez-vous');
  expect(await page.locator('[id="exception.0.du"]').inputValue()).toBe(day);
  await page.getByRole('button', { name: 'Enregistrer quand même' }).click();
  await expectText(page, 'est déjà en ligne');
  await page.goto(`${site.app.url}/espace/lieux/${CENON}/rendez-vous`);
  await expectText(page, 'rendez-vous pris');
});

test('closed on the first Monday of the month: chosen in the form, said in the calendar and on the fiche', async () => {
  const page = await openHours(LIBOURNE);
  const add = page.getByRole('button', { name: 'Certains jours du mois' });
  if (!(await add.isVisible())) await page.locator('#variantes').click();
  const before = await page.locator('.variante').count();
  await add.click();
  const added = page.locator('.variante').nth(before);
  await added.getByLabel('les heures…').selectOption('ferme');
  await added.locator('.variante-rang').getByLabel('1er').check();
  await page.getByRole('button', { name: 'Enregistrer', exact: true }).click();
  // In the summary: the answer to the button has come.
  await expectText(page, `Semaines particulières ${before + 1} : Cochez au moins un jour de la semaine`);
  await added.locator('.variante-fermes').getByLabel('lundi').check();
  await page.locator('#texte').waitFor({ state: 'attached' });
  await expect.poll(() => page.locator('#texte').inputValue(), { timeout: 5000 }).toContain('Mo[1] off');
  await save(page);
  const visitor = await (await site.browser.newContext()).newPage();
  await visitor.goto(`${site.app.url}/lieux/${LIBOURNE}`);
  await expectText(visitor, '1er lundi du mois : fermé');
  // As it was, for the tests that follow.
  await page.goto(`${site.app.url}/espace/lieux/${LIBOURNE}/horaires`);
  await page.getByRole('button', { name: 'Retirer ces semaines particulières' }).last().click();
  await save(page);
});

test('from the keyboard alone: a day in one field, a range added, taken out and copied, the focus never lost', async () => {
  const page = await openHours(LIBOURNE);
  await page.locator('[id="jour.5.0.debut"]').focus();
  await page.keyboard.type('9h-12h / 14h-17h');
  await page.keyboard.press('Tab');
  await page.locator('[id="jour.5.1.fin"]').waitFor();
  expect(await page.locator('[id="jour.5.1.debut"]').inputValue()).toBe('14:00');
  await pressOn(page, 'ajouter:jour.5');
  expect(await focused(page)).toBe('jour.5.2.debut');
  await page.keyboard.type('18:00');
  await page.keyboard.press('Tab');
  await page.keyboard.type('17:00');
  await pressOn(page, 'ajouter:jour.6');
  await expectText(page, 'La fin (17:00) doit venir après le début (18:00).');
  await pressOn(page, 'retirer:jour.5:2');
  expect(await focused(page)).toBe('jour.5.1.debut');
  expect(await page.getByText('doit venir après').count()).toBe(0);
  await page.locator('[id="jour.5"] .day-copy > summary').focus();
  await page.keyboard.press('Enter');
  await page.locator('input[name="copie.jour.5"][value="6"]').focus();
  await page.keyboard.press('Space');
  await pressOn(page, 'copier:jour.5');
  expect(await focused(page)).toBe('jour.6.0.debut');
  expect(await page.locator('[id="jour.6.1.fin"]').inputValue()).toBe('17:00');
  // Enter in a field saves nothing.
  await page.keyboard.press('Enter');
  expect(new URL(page.url()).pathname).toMatch(/\/horaires$/);
  expect(await page.locator('[id="jour.6.1.fin"]').inputValue()).toBe('17:00');
});

test('from the keyboard, a day that is left by its last button says what is wrong, in a season and an exception too', async () => {
  const page = await openHours(LIBOURNE);
  await page.locator('[id="jour.1.0.debut"]').focus();
  await page.keyboard.type('14h');
  await page.keyboard.press('Tab');
  await page.keyboard.type('12h');
  for (let tabs = 0; tabs < 12 && (await focused(page)) !== 'jour.2.0.debut'; tabs++) await page.keyboard.press('Tab');
  expect(await focused(page)).toBe('jour.2.0.debut');
  await page.locator('[id="jour.1.erreurs"]', { hasText: 'La fin (12:00) doit venir après' }).waitFor();
  await expectText(page, 'l’aperçu suivra');
  await page.locator('#exceptions').click();
  await page.locator('button[value="exception-ajouter:ouvert"]').click();
  await page.locator('[id="exception.0.du"]').fill('2027-01-12');
  await page.locator('[id="exception.0.plage.0.debut"]').fill('14h');
  await page.locator('[id="exception.0.plage.0.fin"]').fill('12h');
  await page.locator('button[value="exception-retirer:0"]').focus();
  await page.keyboard.press('Tab');
  await page.locator('[id="exception.0.plage.erreurs"]', { hasText: 'La fin (12:00)' }).waitFor();
  expect(await page.getByText('C’est passé').count()).toBe(0);
  await page.locator('[id="exception.0.du"]').fill('2025-12-20');
  await expectText(page, 'C’est passé (20 décembre 2025)');
});

test('without JavaScript every button gives the form back with what was typed, the calendar too', async () => {
  const page = await openHours(MERIGNAC, { javaScriptEnabled: false });
  await page.locator('[id="jour.5.0.debut"]').fill('9h-12h / 14h-17h');
  await page.locator('button[value="variante-ajouter:rang"]').click();
  await expect.poll(() => focused(page)).toBe('variante.1.quand');
  expect(await page.locator('[id="jour.5.1.fin"]').inputValue()).toBe('17:00');
  await page.locator('button[value="ajouter:variante.1.jour.6"]').click();
  await page.locator('[id="variante.1.jour.6.0.debut"]').fill('10h');
  await page.locator('[id="variante.1.jour.6.0.fin"]').fill('9h');
  await page.getByRole('button', { name: 'Enregistrer', exact: true }).click();
  await expectText(page, 'Dimanche, semaines particulières 2 : La fin (09:00)');
  await page.locator('[id="variante.1.jour.6.0.fin"]').fill('12h');
  await page.locator('.horaires-preview button[value="actualiser"]').click();
  await page.locator('td', { hasText: '10 h – 12 h' }).first().waitFor();
  await page.locator('#coller').click();
  await page.locator('#colle').fill('mardi 8h-9h');
  await page.locator('button[value="coller"]').click();
  await expectText(page, 'Voici ce que nous avons compris');
  expect(await page.locator('[id="jour.1.0.debut"]').inputValue()).toBe('08:00');
  expect(await page.locator('.variante').count()).toBe(0);
  await page.locator('button[value="decoller"]').click();
  await expect.poll(() => focused(page)).toBe('colle');
  expect(await page.locator('[id="variante.1.jour.6.0.fin"]').inputValue()).toBe('12h');
  await save(page);
});

test.each([375, 1280])(
  'every state of the editor is accessible at %i px, and no wider than the page',
  async (width) => {
    const page = await openHours(LIBOURNE, { viewport: { width, height: 800 } });
    for (const fold of ['#coller', '#exceptions', '#texte-osm']) await page.locator(fold).click();
    await page.locator('button[value="exception-ajouter:ouvert"]').click();
    await page.locator('button[value="variante-ajouter:saison"]').click();
    await page.locator('[id="jour.0.0.debut"]').fill('midi');
    await page.locator('#colle').fill('lundi 14 18 h');
    await page.locator('button[value="coller"]').click();
    await page.locator('.day-copy > summary').first().click();
    await page.getByRole('button', { name: 'Enregistrer', exact: true }).click();
    await expectText(page, 'choses à corriger');
    const { violations } = await new AxeBuilder({ page })
      .withTags(['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'])
      .analyze();
    expect(violations.map(({ id, nodes }) => `${id} ${nodes[0]?.target.join(' ')}`)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)).toBeLessThanOrEqual(0);
  },
);

test.each([true, false])(
  'on a phone the row of sections stands at the current one on arrival, and slides from there; script: %s',
  async (javaScriptEnabled) => {
    const page = await openHours(LIBOURNE, { viewport: { width: 375, height: 800 }, javaScriptEnabled });
    for (const section of ['horaires', 'permanences', 'rendez-vous']) {
      await page.goto(`${site.app.url}/espace/lieux/${section === 'rendez-vous' ? CENON : LIBOURNE}/${section}`);
      const tab = await page.locator('.section-nav a[aria-current]').boundingBox();
      if (!tab) throw new Error('no current section');
      expect(tab.x).toBeGreaterThanOrEqual(0);
      expect(tab.x + tab.width).toBeLessThanOrEqual(375);
    }
    const row = page.locator('.section-nav ul');
    await page.waitForTimeout(300);
    await row.evaluate((list) => {
      list.scrollLeft = 0;
    });
    await page.waitForTimeout(300);
    expect(await row.evaluate((list) => list.scrollLeft)).toBe(0);
  },
);

/** Signed in once for all: the sign-in form counts. */
let cookies: Awaited<ReturnType<BrowserContext['storageState']>> | undefined;

async function openHours(lieu: string, options: BrowserContextOptions = {}): Promise<Page> {
  cookies ??= await (await signIn(site, { courriel: 'gestionnaire@exemple.fr' })).context().storageState();
  const page = await (await site.browser.newContext({ ...options, storageState: cookies })).newPage();
  await page.goto(`${site.app.url}/espace/lieux/${lieu}/horaires`);
  if (options.javaScriptEnabled !== false) await page.waitForLoadState('networkidle');
  return page;
}

async function save(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Enregistrer', exact: true }).click();
  await expectText(page, 'C’est enregistré');
}

/** Presses a button from the keyboard. */
async function pressOn(page: Page, value: string): Promise<void> {
  await page.locator(`button[value="${value}"]`).focus();
  await page.keyboard.press('Enter');
}

async function focused(page: Page): Promise<string | undefined> {
  return page.evaluate(() => document.activeElement?.id);
}
