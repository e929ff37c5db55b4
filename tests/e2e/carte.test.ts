import { AxeBuilder } from '@axe-core/playwright';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { startApp } from '#tests/support/app.ts';
import { siteForTests } from './support/site.ts';

const site = siteForTests();

/** A page that remembers what the browser complained of (refused by the Content-Security-Policy, failed scripts). */
async function openPage(
  path: string,
  options: BrowserContextOptions = {},
): Promise<{ page: Page; complaints: string[] }> {
  const context = await site.browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  await page.goto(site.app.url + path);
  return { page, complaints };
}

const MARKERS = '.carte-amas, .carte-point';
const heading = (page: Page) => page.locator('#resultats').innerText();
const totalOf = async (page: Page) =>
  Number(
    (await heading(page))
      .replace(/^Aucun/, '0')
      .match(/^[\d\s]+/)?.[0]
      .replace(/\s/g, ''),
  );
const violationsOf = async (page: Page) =>
  (await new AxeBuilder({ page }).analyze()).violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);

/** The lieux that markers stand for: those with a number, and those alone. */
const drawn = (page: Page) =>
  page.locator(MARKERS).evaluateAll((buttons) =>
    buttons.reduce((sum, button) => {
      const count = /^([\d\s]+)\slieux/.exec(button.getAttribute('aria-label') ?? '');
      return sum + (count?.[1] ? Number(count[1].replace(/\s/g, '')) : 1);
    }, 0),
  );

describe('without JavaScript', () => {
  test('the list, its filters and its pages are there', async () => {
    const { page } = await openPage('/carte', { javaScriptEnabled: false });
    const all = await totalOf(page);
    expect(all).toBeGreaterThan(2_500);
    expect(await page.locator('.carte-lieu').count()).toBe(20);
    expect(await page.locator('.carte-map').isVisible()).toBe(false);
    const first = await page.locator('.carte-lieu a').first().innerText();
    await page.getByRole('link', { name: 'Suivante' }).click();
    expect(new URL(page.url()).searchParams.get('page')).toBe('2');
    expect(await page.locator('.carte-lieu a').first().innerText()).not.toBe(first);

    await page.locator('.carte-filters summary').click();
    await page.getByLabel('Gratuit', { exact: true }).check();
    await page.getByLabel('Aide aux démarches administratives').check();
    await page.getByRole('searchbox').fill('lyon');
    await page.getByRole('button', { name: 'Chercher' }).click();
    // Without scripts the page may be read while it is still coming in.
    await page.waitForLoadState();
    expect(await heading(page)).toContain('Lyon (69)');
    const kept = await totalOf(page);
    expect(kept).toBeGreaterThan(0);
    expect(kept).toBeLessThan(all);
    const cards = await page.locator('.carte-lieu').allInnerTexts();
    expect(cards.every((text) => text.includes('Gratuit') && text.includes('Aide aux démarches'))).toBe(true);
    await page.getByRole('link', { name: /Gratuit.*retirer ce filtre/ }).click();
    expect(await totalOf(page)).toBeGreaterThanOrEqual(kept);
    await page.context().close();
  });

  test('what is not understood is said, and nothing found is not the end', async () => {
    const { page } = await openPage('/carte?q=zzzzzz&services=Rien&page=7', { javaScriptEnabled: false });
    expect(await page.locator('.notice').innerText()).toContain('« Rien »');
    expect(await heading(page)).toContain('Aucun lieu');
    await page.getByRole('link', { name: 'Voir tous les lieux' }).click();
    expect(await totalOf(page)).toBeGreaterThan(2_500);
    await page.context().close();
  });
});

test('map and list are in step: search, move, filter, back', async () => {
  const { page, complaints } = await openPage('/carte');
  await page.locator('.carte-amas').first().waitFor();
  await page.getByRole('searchbox').fill('bordeaux');
  await page.keyboard.press('Enter');
  await page.waitForURL(/q=bordeaux/);
  await expect.poll(() => heading(page)).toContain('Bordeaux (33)');
  await expect.poll(() => page.locator(MARKERS).count()).toBeGreaterThan(2);
  expect(await violationsOf(page)).toEqual([]);

  const canvas = await page.locator('.carte-map-canvas').boundingBox();
  if (!canvas) throw new Error('no map');
  await page.mouse.move(canvas.x + 60, canvas.y + 300);
  await page.mouse.down();
  await page.mouse.move(canvas.x + 160, canvas.y + 240, { steps: 5 });
  await page.mouse.up();
  await page.waitForURL(/bbox=/);
  await expect.poll(() => heading(page)).toContain('dans cette partie de la carte');
  const inView = await totalOf(page);
  const served = await fetch(page.url()).then((response) => response.text());
  expect(served).toContain(`${inView}\u00a0lieux dans cette partie de la carte`);
  const distances = await page.locator('.carte-lieu-distance').allInnerTexts();
  expect(distances.length).toBeGreaterThan(0);

  await page.locator('.carte-filters summary').click();
  await page.getByLabel('Gratuit', { exact: true }).check();
  await page.waitForURL(/frais_a_charge=Gratuit/);
  expect(new URL(page.url()).searchParams.has('bbox')).toBe(true);
  await expect.poll(() => totalOf(page)).toBeLessThan(inView);
  expect(await page.getByLabel('Gratuit', { exact: true }).evaluate((input) => input === document.activeElement)).toBe(
    true,
  );

  await page.goBack();
  await expect.poll(() => totalOf(page)).toBe(inView);
  expect(await page.getByLabel('Gratuit', { exact: true }).isChecked()).toBe(false);
  expect(complaints.join('\n')).toBe('');
  await page.context().close();
});

test('back from a fiche, then back and forward through filters: the page is as it was each time', async () => {
  const { page, complaints } = await openPage('/carte?territoire=departement:33');
  const gratuit = page.getByLabel('Gratuit', { exact: true });
  const state = async () => ({
    search: new URL(page.url()).search,
    total: await totalOf(page),
    gratuit: await gratuit.isChecked(),
  });
  await page.locator('.carte-filters summary').click();
  const before = await state();
  await gratuit.check();
  await page.waitForURL(/frais_a_charge=Gratuit/);
  await expect.poll(() => totalOf(page)).toBeLessThan(before.total);
  const filtered = await state();
  expect(filtered.gratuit).toBe(true);
  await page.locator('.carte-lieu a').first().click();
  await page.waitForURL(/\/lieux\//);
  await page.goBack();
  await expect.poll(state).toEqual(filtered);
  await page.goBack();
  await expect.poll(state).toEqual(before);
  await page.goForward();
  await expect.poll(state).toEqual(filtered);
  expect(complaints.join('\n')).toBe('');
  await page.context().close();
});

test('markers count what filters keep, are reached from the keyboard and open a fiche', async () => {
  const { page, complaints } = await openPage('/carte?territoire=departement:33&frais_a_charge=Gratuit');
  await page.locator(MARKERS).first().waitFor();
  const withoutPosition = Number(/Dont ([\d]+)/.exec(await page.locator('.carte-side').innerText())?.[1] ?? 0);
  await expect.poll(() => drawn(page)).toBe((await totalOf(page)) - withoutPosition);

  const cluster = page.locator('.carte-amas').first();
  await cluster.focus();
  await page.keyboard.press('Enter');
  await page.waitForURL(/bbox=/);
  await page.waitForTimeout(600);
  const link = page.locator('.carte-lieu a').first();
  const nom = await link.innerText();
  await page.goto(`${site.app.url}/carte?${new URLSearchParams({ q: `"${nom}"` })}`);
  await page.locator('.carte-point').first().waitFor();
  await page.locator('.carte-point').first().focus();
  await page.keyboard.press('Enter');
  await page.locator('.carte-bulle a').first().click();
  await page.waitForURL(/\/lieux\//);
  expect(complaints.join('\n')).toBe('');
  await page.context().close();
});

test('on a phone the map is behind a button, and nothing is loaded for it before', async () => {
  const { page } = await openPage('/carte?q=lille', {
    viewport: { width: 390, height: 800 },
    isMobile: true,
    hasTouch: true,
  });
  const asked: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  await page.getByRole('button', { name: 'Voir la carte' }).waitFor();
  expect(asked.some((url) => /maplibre|snapshot\/[0-9a-f]/.test(url))).toBe(false);
  expect(await violationsOf(page)).toEqual([]);
  await page.getByRole('button', { name: 'Voir la carte' }).click();
  await page.locator(MARKERS).first().waitFor();
  expect(await violationsOf(page)).toEqual([]);
  await page.getByRole('button', { name: 'Voir la liste' }).click();
  expect(await page.locator('.carte-lieu').first().isVisible()).toBe(true);
  const width = await page.evaluate(() => document.documentElement.scrollWidth);
  expect(width).toBeLessThanOrEqual(390);
  await page.context().close();
});

test('where a browser cannot draw maps the list stays, with a word', async () => {
  const context = await site.browser.newContext({ viewport: { width: 1280, height: 800 } });
  const page = await context.newPage();
  await page.addInitScript(() => {
    HTMLCanvasElement.prototype.getContext = () => null;
  });
  await page.goto(`${site.app.url}/carte`);
  await expect.poll(() => page.locator('.carte-map-failure').innerText()).toContain('La liste montre les mêmes lieux');
  expect(await page.locator('.carte-lieu').count()).toBe(20);
  await context.close();
});

test('with IGN’s map out of reach, départements are drawn instead', { timeout: 240_000 }, async () => {
  const other = await startApp({ env: { BASEMAP: 'ign' } });
  try {
    const context = await site.browser.newContext({ viewport: { width: 1280, height: 800 } });
    await context.route('https://data.geopf.fr/**', (route) => route.abort());
    const page = await context.newPage();
    const outlines = page.waitForRequest(/departements.*\.json/);
    await page.goto(`${other.url}/carte`);
    await outlines;
    await page.locator('.carte-amas').first().waitFor();
    await context.close();
  } finally {
    await other.stop();
  }
});
