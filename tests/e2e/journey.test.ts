import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { parse } from 'csv-parse/sync';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { expectText, readMailbox, signIn } from './support/people.ts';
import { siteForTests } from './support/site.ts';

const site = siteForTests();

test('a responsable changes a fiche, a moderator accepts, and everyone finds it: page, map, export', async () => {
  const responsable = await signIn(site, { courriel: 'gestionnaire@exemple.fr' });
  await responsable.getByRole('heading', { name: 'Mes lieux' }).waitFor();
  const formerName = 'France services Garonne – Cenon';
  await responsable.getByRole('link', { name: formerName }).first().click();
  await responsable.getByRole('heading', { level: 1, name: formerName }).waitFor();
  const lieuUrl = responsable.url();
  const id = decodeURIComponent(new URL(lieuUrl).pathname.split('/').at(-1) ?? '');

  // A telephone, written as people write it, goes live at once.
  await openSection(responsable, lieuUrl, 'coordonnees');
  await responsable.locator('input[name="telephone"]').fill('05 36 49 12 34');
  await save(responsable);
  await expectText(responsable, 'est déjà en ligne');

  // Tuesday's hours too: longer, so that whatever was booked that day stays within them.
  await openSection(responsable, lieuUrl, 'horaires');
  await responsable.locator('input[name="jour.1.0.debut"]').fill('08:50');
  await responsable.locator('input[name="jour.1.0.fin"]').fill('12:40');
  await save(responsable);
  await expectText(responsable, 'est déjà en ligne');

  // The name waits.
  const newName = `${formerName} Espérance`;
  await openSection(responsable, lieuUrl, 'identite');
  await responsable.locator('input[name="nom"]').fill(newName);
  await save(responsable);
  await expectText(responsable, 'attend la relecture');

  const visitor = await (await site.browser.newContext()).newPage();
  await visitor.goto(`${site.app.url}/lieux/${encodeURIComponent(id)}`);
  await expectText(visitor, '05 36 49 12 34');
  await expectText(visitor, '8 h 50');
  expect(await visitor.getByRole('heading', { level: 1 }).textContent()).toBe(formerName);

  // The moderator finds the waiting name in the queue and accepts it.
  const moderator = await signIn(site, { courriel: 'moderation@exemple.fr', vers: '/moderation' });
  await moderator.goto(`${site.app.url}/moderation`);
  await moderator.getByRole('link', { name: formerName }).first().click();
  await expectText(moderator, 'Espérance');
  await moderator.getByRole('button', { name: /tout accepter/i }).click();
  await moderator.waitForLoadState('networkidle');

  await expect
    .poll(
      async () => {
        await visitor.reload();
        return visitor.getByRole('heading', { level: 1 }).textContent();
      },
      { timeout: 15_000 },
    )
    .toBe(newName);
  await expect
    .poll(
      async () => {
        await visitor.goto(`${site.app.url}/carte?${new URLSearchParams({ q: newName })}`);
        return visitor.content();
      },
      { timeout: 15_000 },
    )
    .toContain('Espérance');

  const mails = await readMailbox(site.app);
  expect(mails.some((mail) => mail.a === 'gestionnaire@exemple.fr' && /accept/i.test(mail.texte))).toBe(true);

  const { stdout } = await promisify(execFile)(process.execPath, ['build/bin/export.mjs', '--json'], {
    env: { ...process.env, DATA_DIR: site.app.dataDir },
    maxBuffer: 1e7,
  });
  const report: { lignes: number } = JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
  const csv = await (await fetch(`${site.app.url}/donnees/lieux.csv`)).text();
  const rows: Record<string, string>[] = parse(csv, { columns: true });
  expect(rows).toHaveLength(report.lignes);
  expect(rows.find((row) => row.id === id)).toMatchObject({
    nom: newName,
    telephone: '+33536491234',
    horaires: expect.stringContaining('08:50-12:40'),
  });
});

async function openSection(page: Page, lieuUrl: string, section: string): Promise<void> {
  await page.goto(`${lieuUrl.split('?')[0]}/${section}`);
  await page.getByRole('button', { name: 'Enregistrer' }).waitFor();
}

async function save(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Enregistrer' }).click();
}
