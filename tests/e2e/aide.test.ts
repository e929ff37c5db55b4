import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { formatLocalDate, weekdayOf } from '#app/domain/horaires/dates.ts';
import { isFerie } from '#app/domain/horaires/holidays.ts';
import { emptyEtape, emptyPermanence } from '#app/domain/permanences.ts';
import { createDb, createPool } from '#db/connection.ts';
import { openDatabase } from '#db/embedded.ts';
import { type RunningApp, startApp } from '#tests/support/app.ts';
import { launchBrowser } from '#tests/support/browser.ts';
import { insertLieu } from '#tests/support/lieux.ts';

let app: RunningApp;
let browser: Browser;
const TUESDAY = nextTuesday(Math.floor(Date.now() / 86_400_000));
const WHEN = { tuesday: `${formatLocalDate(TUESDAY)}T10:00`, wednesday: `${formatLocalDate(TUESDAY + 1)}T10:00` };

beforeAll(async () => {
  [app, browser] = await Promise.all([startApp({ env: { DEMO: 'off' } }), launchBrowser()]);
  const log = { info: () => {}, warn: console.warn };
  const database = await openDatabase({ dataDir: app.dataDir, log });
  const db = createDb(createPool(database.url, { applicationName: 'tests', max: 2 }));
  const today = formatLocalDate(TUESDAY - 7);
  const halle = { ...emptyEtape(), nom: 'Halle', commune: 'Bazas', code_postal: '33430', code_insee: '33036' };
  await insertLieu(
    db,
    { id: 'mairie', nom: 'Mairie', horaires: 'Mo-Fr 08:30-17:00', telephone: '+33556000000' },
    { today, permanences: [{ ...emptyPermanence('0000000a'), horaires: 'Tu 09:00-12:00' }] },
  );
  await insertLieu(
    db,
    { id: 'bus', nom: 'Bus du Bazadais', telephone: '+33556000001', latitude: 44.6, longitude: -0.3 },
    {
      today,
      permanences: [
        {
          ...emptyPermanence('0000000b'),
          horaires: 'Tu 09:00-12:00',
          etape: { ...halle, latitude: 44.432, longitude: -0.2127 },
        },
      ],
    },
  );
  await insertLieu(
    db,
    {
      ...{ id: 'distance', nom: 'Aide au bout du fil', telephone: '+33556000002', horaires: '24/7' },
      ...{ latitude: 44.5, longitude: -0.35, modalites_acces: ["Ce lieu n'accueille pas de public"] },
    },
    { today },
  );
  await db.destroy();
  await database.release();
  await vi.waitFor(async () => expect(await snapshotSize()).toBe(3), { timeout: 20_000 });
});

afterAll(async () => {
  await browser?.close();
  await app?.stop();
});

test('help on Tuesday, a stop on its day, and a lieu without public: map and list say the same', async () => {
  const tuesday = await openMap(`?ouvert=${WHEN.tuesday}`);
  await expect.poll(() => names(tuesday)).toEqual(['Bus du Bazadais', 'Mairie']);
  await expect
    .poll(() => markers(tuesday))
    .toEqual(['Bus du Bazadais, Halle : Passage du bus, de 9 h à 12 h', 'Mairie']);
  // By its shape too, and from the keyboard.
  const stop = tuesday.locator('.carte-point-passage');
  expect(await stop.evaluate((element) => getComputedStyle(element).borderRadius)).not.toBe('50%');
  await stop.focus();
  await tuesday.keyboard.press('Enter');
  expect(await tuesday.locator('.carte-bulle').innerText()).toContain('Halle, 33430 Bazas');

  const wednesday = await openMap(`?ouvert=${WHEN.wednesday}`);
  await expect.poll(() => wednesday.locator('#resultats').innerText()).toContain('Aucun lieu');
  expect(await names(wednesday)).toEqual([]);
  expect(await markers(wednesday)).toEqual([]);
  await tuesday.context().close();
  await wednesday.context().close();
});

test('a search near a stop finds it on its day, answered by the browser itself', async () => {
  const page = await openMap(`?ouvert=${WHEN.tuesday}&lat=44.432&lon=-0.2127&rayon=3`);
  await expect.poll(() => names(page)).toEqual(['Bus du Bazadais']);
  await page.locator('.carte-point-passage').waitFor();
  await page.getByRole('searchbox').fill('halle');
  await page.keyboard.press('Enter');
  await page.waitForURL(/q=halle/);
  await expect.poll(() => names(page)).toEqual(['Bus du Bazadais']);
  await page.locator('.carte-lieu a').first().click();
  await page.waitForURL(/\/lieux\/bus\//);
  expect(await page.locator('#passages').innerText()).toBe('Où et quand il passe');
  await page.context().close();
});

test('a lieu without public is never open, whenever one looks', async () => {
  const page = await openMap('');
  await expect
    .poll(() => page.locator('.carte-lieu').allInnerTexts())
    .toContainEqual(expect.stringContaining('Ne reçoit pas de public'));
  expect(await page.locator('.carte-lieu', { hasText: 'bout du fil' }).locator('.badge-alive').count()).toBe(0);
  for (const ouvert of ['maintenant', 'samedi', 'dimanche', WHEN.tuesday]) {
    await page.goto(`${app.url}/carte?ouvert=${ouvert}`);
    expect(await names(page)).not.toContain('Aide au bout du fil');
  }
  await page.context().close();
});

async function openMap(query: string): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  const page = await context.newPage();
  await page.goto(`${app.url}/carte${query}`);
  return page;
}

const names = async (page: Page) => (await page.locator('.carte-lieu h3').allInnerTexts()).sort();

/** What the markers say, spaces made plain and the day of the stop left out. */
async function markers(page: Page): Promise<string[]> {
  const labels = await page
    .locator('.carte-point')
    .evaluateAll((buttons) => buttons.map((button) => button.getAttribute('aria-label') ?? ''));
  return labels.map((label) => label.replace(/\s/g, ' ').replace(/bus [^,]+, de/, 'bus, de')).sort();
}

async function snapshotSize(): Promise<number> {
  const { lieux }: { lieux: number } = await (await fetch(`${app.url}/carte/snapshot`)).json();
  return lieux;
}

/** Neither it nor the day after is a holiday. */
function nextTuesday(today: number): number {
  let day = today + 2;
  while (weekdayOf(day) !== 1 || isFerie(day, '33') !== 'non' || isFerie(day + 1, '33') !== 'non') day++;
  return day;
}
