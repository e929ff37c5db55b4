import { expect, test } from 'vitest';
import { upsertExportAlerte } from '#db/export-alertes.ts';
import { upsertExportJour } from '#db/exports.ts';
import { startHttp } from '#tests/support/http.ts';

test('the page of the open data says that today’s files are held back, and which stay; once published it says nothing', async () => {
  const now = new Date('2026-03-15T09:00:00Z');
  const app = await startHttp({}, now);
  try {
    const page = async () => (await (await app.visitor()).get('/donnees')).text();
    const made = {
      jour: '2026-03-14',
      lignes: 60,
      fichiers: [],
      demo: false,
      fait_le: new Date('2026-03-14T04:00:00Z'),
    };
    await upsertExportJour(app.db, made);
    expect(await page()).not.toContain('ne sont pas publiés');
    const alerte = { jour: '2026-03-15', lignes: 3, precedentes: 60, motif: 'il aurait 3 lieux', ecartes: [], le: now };
    await app.db.transaction().execute((trx) => upsertExportAlerte(trx, alerte));
    const held = await page();
    expect(held).toContain('ne sont pas publiés');
    expect(held).toContain('il aurait 3 lieux');
    await upsertExportJour(app.db, { ...made, jour: '2026-03-15', fait_le: new Date(now.getTime() + 60_000) });
    expect(await page()).not.toContain('ne sont pas publiés');
  } finally {
    await app.close();
  }
});
