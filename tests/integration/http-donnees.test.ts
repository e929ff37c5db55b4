import { expect, test } from 'vitest';
import { upsertExportAlerte } from '#db/export-alertes.ts';
import { upsertExportJour } from '#db/exports.ts';
import { startHttp } from '#tests/support/http.ts';
import { insertLieu } from '#tests/support/lieux.ts';
import { createPerson } from './revisions.factory.ts';

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

test('one chooses a région or a département and has its files; another one, or none, is no error', async () => {
  const app = await startHttp({}, new Date('2026-03-15T09:00:00Z'));
  try {
    const page = async (query = '') => (await (await app.visitor()).get(`/donnees${query}`)).text();
    const file = (nom: string, territoire: string | null) => ({
      nom,
      territoire,
      lignes: 7,
      octets: 1234,
      sha256: 'a'.repeat(64),
      chemin: `2026-03-14/x/${nom}`,
    });
    await upsertExportJour(app.db, {
      jour: '2026-03-14',
      lignes: 60,
      fichiers: [file('lieux.csv', null)],
      territoires: [file('region/75/lieux.csv', 'region:75'), file('departement/2A/lieux.csv', 'departement:2A')],
      demo: false,
      fait_le: new Date('2026-03-14T04:00:00Z'),
    });
    expect(await page()).toContain('<option value="departement:2A">2A<!-- --> <!-- -->Corse-du-Sud</option>');
    expect(await page()).not.toContain('href="/donnees/departement/2A/lieux.csv"');
    const chosen = await page('?territoire=departement%3A2A');
    expect(chosen).toContain('href="/donnees/departement/2A/lieux.csv"');
    expect(chosen).toContain('7\u00a0lieux');
    expect(chosen).not.toContain('href="/donnees/region/75/lieux.csv"');
    expect(await page('?territoire=departement%3A99')).toContain('Un seul territoire');
  } finally {
    await app.close();
  }
});

test('where the files are on data.gouv.fr too, the page says so; who reviews sees why the last attempt failed', async () => {
  const now = new Date('2026-03-15T09:00:00Z');
  const organisation = '5bbb6d6cff66bd4dc17bfd5a';
  const url = 'https://demo.data.gouv.fr';
  const env = { DATAGOUV_URL: url, DATAGOUV_API_KEY: 'cle-de-test-0123456789', DATAGOUV_ORGANISATION: organisation };
  const app = await startHttp(env, now);
  try {
    await upsertExportJour(app.db, { jour: '2026-03-14', lignes: 60, fichiers: [], demo: false, fait_le: now });
    const reviewer = await app.visitor((await createPerson(app.db, { departements: null })).utilisateurId);
    const page = async () => (await (await app.visitor()).get('/donnees')).text();
    const tasks = async () => (await reviewer.get('/moderation/taches')).text();
    expect(await page()).not.toContain(url);
    expect(await tasks()).toContain('n’y ont pas encore été publiés');
    await app.db
      .insertInto('datagouv_jeu')
      .values({ cible: `${url} ${organisation}`, jeu_id: 'a'.repeat(24), publie_jour: '2026-03-13', publie_le: now })
      .execute();
    expect(await page()).toContain(`href="${url}/datasets/${'a'.repeat(24)}/"`);
    await app.db.updateTable('datagouv_jeu').set({ erreur: 'Clé <refusée>.', erreur_le: now }).execute();
    expect(await tasks()).toContain('Clé &lt;refusée&gt;.');
    expect(await page()).not.toContain('refusée');
  } finally {
    await app.close();
  }
});

test('the page shows what the data are worth, their first lines, how to cite them, and describes them to search engines of data', async () => {
  const now = new Date('2026-03-15T09:00:00Z');
  const app = await startHttp({}, now);
  try {
    const page = async () => (await (await (await app.visitor()).get('/donnees')).text()).replace(/<!--.*?-->/g, '');
    expect(await page()).not.toContain('ld+json');
    for (let n = 0; n < 12; n++)
      await insertLieu(
        app.db,
        { id: `l${String(n).padStart(2, '0')}`, presentation_resume: `</script> ${n}` },
        { today: '2026-03-01' },
      );
    const file = {
      territoire: null,
      lignes: 12,
      octets: 1234,
      sha256: 'a'.repeat(64),
      chemin: '2026-03-14/x/lieux.csv',
    };
    const fichiers = [{ ...file, nom: 'lieux.csv' }];
    await upsertExportJour(app.db, { jour: '2026-03-14', lignes: 12, fichiers, demo: false, fait_le: now });
    const html = await page();
    expect(html).toContain('Ce qu’elles valent');
    expect(html).toContain('<code>publics_specifiquement_adresses</code>');
    expect(html).toContain('<td>l09</td>');
    expect(html).toContain('<td>&lt;/script&gt; 9</td>');
    expect(html).not.toContain('<td>l10</td>');
    expect(html).toContain(`mars 2026, ${app.origin}/donnees, Licence Ouverte 2.0`);
    const [, json = ''] = /<script type="application\/ld\+json"[^>]*>(.*?)<\/script>/s.exec(html) ?? [];
    expect(JSON.parse(json)).toMatchObject({
      ...{ '@type': 'Dataset', version: '2026-03-14', dateModified: '2026-03-15T09:00:00.000Z' },
      distribution: [
        { contentUrl: `${app.origin}/donnees/lieux.csv`, encodingFormat: 'text/csv', sha256: 'a'.repeat(64) },
      ],
    });
  } finally {
    await app.close();
  }
});
