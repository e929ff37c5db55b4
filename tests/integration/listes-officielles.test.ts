import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { ListeCode } from '#app/domain/labels-verifies.ts';
import type { Lieu } from '#app/domain/lieu.ts';
import { ficheData } from '#app/http/fiche-data.server.ts';
import { areListesDue, runListesIfDue } from '#app/jobs/listes.ts';
import { createListesThread } from '#app/jobs/threads.ts';
import { findPublicFiche } from '#db/fiches.ts';
import { acceptListeRefusee, findListe } from '#db/listes.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/database.ts';
import { BUILD } from '#tests/support/http.ts';
import { type SourceDouble, startSource } from '#tests/support/source.ts';
import { communes, createLieu, createPerson, DAY, NOW, readLieu } from './revisions.factory.ts';

const CODE: ListeCode = 'france-services';
const HOUR = 3_600_000;

let database: TestDatabase;
let dossier: string;
let source: SourceDouble;
beforeAll(async () => {
  database = await createTestDatabase();
  dossier = await mkdtemp(join(tmpdir(), 'lieu-a-jour-listes-'));
});
afterAll(async () => {
  await database.drop();
  await rm(dossier, { recursive: true, force: true });
});
beforeEach(async () => {
  for (const table of ['courriel', 'moderateur', 'liste_officielle', 'lieu'] as const)
    await database.db.deleteFrom(table).execute();
});
afterEach(() => source?.close());

const HERE = {
  id: '12',
  nom: 'France services de Garonne',
  adresse: '12 Rue des Écoles',
  insee: '33063',
  code_postal: '33000',
  commune: 'Bordeaux',
  latitude: '44.84',
  longitude: '-0.58',
};

/** The public file of France services: these rows, and others of elsewhere. */
function listeOfRows(rows: readonly (typeof HERE)[], others = 9): string {
  const elsewhere = Array.from({ length: others }, (_, n) => ({
    ...HERE,
    id: `autre-${n}`,
    nom: `France services de Lapalisse ${n}`,
    adresse: `${n + 1} Boulevard de l'Hôtel de Ville`,
    insee: '03138',
    code_postal: '03120',
    commune: 'Lapalisse',
    latitude: '46.25',
    longitude: '3.64',
  }));
  const lines = [...rows, ...elsewhere].map(
    (row) =>
      `"${row.id}","${row.insee.slice(0, 2)}","${row.nom}","${row.adresse}",,"${row.insee}","${row.code_postal}","${row.commune}",${row.latitude},${row.longitude},,,"09:00 - 12:00",,,,,,,"Non","Site principal",,"Espace labellisé 01/01/2020"`,
  );
  return `"id_fs","insee_dep","lib_fs","adresse","complement_adresse","insee_com","code_postal","lib_com","latitude","longitude","mail","telephone","h_lundi","h_mardi","h_mercredi","h_jeudi","h_vendredi","h_samedi","commentaire","itinerance","format_fs","groupe","labellisation"\n${lines.join('\n')}\n`;
}

async function createPublic(values: Partial<Lieu> = {}): Promise<string> {
  const { lieuId } = await createLieu(database.db, {
    nom: HERE.nom,
    dispositif_programmes_nationaux: ['France Services'],
    ...values,
  });
  await database.db.updateTable('lieu').set({ manquants: [] }).where('id', '=', lieuId).execute();
  return lieuId;
}

function run(at: Date = NOW, url = source.url) {
  const request = { sources: [{ code: CODE, url }], dossier, publicUrl: 'https://lieux.exemple.fr', now: at, communes };
  return runListesIfDue(database.db, request);
}

function night(n: number): Date {
  return new Date(NOW.getTime() + n * DAY);
}

/** What the public reads beside the labels of a lieu. */
async function labels(lieuId: string) {
  const found = await findPublicFiche(database.db, lieuId);
  if (!found?.fiche) throw new Error('not public');
  return (await ficheData(database.db, found.fiche, { now: NOW, rdv: false })).labels;
}

async function taches() {
  return database.db
    .selectFrom('tache')
    .select(['genre', 'lieu_id', 'objet', 'detail', 'issue', 'fermee_par'])
    .orderBy('id')
    .execute();
}

const VERIFIE = { 'France Services': { etat: 'verifie', liste: 'France services', date: '2026-05-12' } };
const DECLARE = { 'France Services': { etat: 'declare' } };
const MODIFIE = 'Tue, 12 May 2026 07:00:00 GMT';

test('a lieu of the list has its label verified, with the day of the file; another has it declared; no fiche changes', async () => {
  source = await startSource({ texte: listeOfRows([HERE]), etag: '"a"', modifie: MODIFIE });
  const inList = await createPublic();
  const elsewhere = await createPublic({
    nom: 'Maison des associations',
    adresse: '3 Place Pey Berland',
    latitude: 44.8378,
    longitude: -0.5762,
    telephone: null,
  });
  const silent = await createPublic({ dispositif_programmes_nationaux: ['La Croix Rouge'] });
  const before = await readLieu(database.db, inList);
  expect(await labels(inList)).toEqual(DECLARE);
  expect(await run()).toEqual([{ code: CODE, fichier: 'pris', lieux: 2, quittes: 0 }]);
  expect(await labels(inList)).toEqual(VERIFIE);
  expect(await labels(elsewhere)).toEqual(DECLARE);
  expect(await labels(silent)).toEqual({});
  expect(await readLieu(database.db, inList)).toEqual(before);
  expect(await readdir(dossier)).toEqual([]);
});

test('each night the file is asked for once, and not sent again where it is the same; lieux that came meanwhile are found', async () => {
  source = await startSource({ texte: listeOfRows([HERE]), etag: '"a"', modifie: MODIFIE });
  await run();
  expect(await run(new Date(NOW.getTime() + 12 * HOUR))).toEqual([]);
  expect(await areListesDue(database.db, [{ code: CODE, url: source.url }], NOW)).toBe(false);
  const lieuId = await createPublic();
  expect(await run(night(1))).toEqual([{ code: CODE, fichier: 'inchange', lieux: 1, quittes: 0 }]);
  expect(source.requetes.map(({ headers }) => headers['if-none-match'])).toEqual([undefined, '"a"']);
  expect(await labels(lieuId)).toEqual(VERIFIE);
});

test('leaving the list opens one task, and coming back closes it; a fiche that has become another one is told apart', async () => {
  source = await startSource({ texte: listeOfRows([HERE]), etag: '"a"', modifie: MODIFIE });
  const lieuId = await createPublic();
  await run();
  source.set({ texte: listeOfRows([]), etag: '"b"', modifie: 'Wed, 13 May 2026 07:00:00 GMT' });
  expect(await run(night(1))).toEqual([{ code: CODE, fichier: 'pris', lieux: 0, quittes: 1 }]);
  expect(await labels(lieuId)).toEqual(DECLARE);
  await run(night(2));
  const left = {
    ...{ genre: 'liste_quittee', lieu_id: lieuId, objet: CODE, issue: null, fermee_par: null },
    detail: { ligne: HERE.nom, date: '2026-05-12', cause: 'liste' },
  };
  expect(await taches()).toEqual([left]);
  source.set({ texte: listeOfRows([HERE]), etag: '"c"', modifie: MODIFIE });
  await run(night(3));
  expect(await taches()).toEqual([{ ...left, issue: 'sans_objet' }]);
  expect(await labels(lieuId)).toEqual(VERIFIE);
  const elsewhere = { nom: 'Ludothèque', adresse: '4 Cours Victor Hugo', latitude: 44.9, longitude: -0.5 };
  await database.db.updateTable('lieu').set(elsewhere).where('id', '=', lieuId).execute();
  await run(night(4));
  expect((await taches())[1]).toMatchObject({ issue: null, detail: { cause: 'fiche' } });
  await database.db.updateTable('lieu').set({ dispositif_programmes_nationaux: [] }).where('id', '=', lieuId).execute();
  await run(night(5));
  expect((await taches())[1]).toMatchObject({ issue: 'sans_objet' });
});

test('who does not say that they bear the label, or is no more, is no task', async () => {
  source = await startSource({ texte: listeOfRows([HERE]), etag: '"a"' });
  await createPublic({ dispositif_programmes_nationaux: [] });
  const closed = await createPublic();
  expect(await run()).toMatchObject([{ lieux: 2 }]);
  await database.db
    .updateTable('lieu')
    .set({ statut: 'ferme', ferme_le: '2026-06-01' })
    .where('id', '=', closed)
    .execute();
  source.set({ texte: listeOfRows([]), etag: '"b"' });
  expect(await run(night(1))).toMatchObject([{ lieux: 0, quittes: 0 }]);
  expect(await taches()).toEqual([]);
  expect(await database.db.selectFrom('label_verifie').selectAll().execute()).toEqual([]);
});

test('a list that loses more than a fifth is not taken: labels stay, national moderators are told once, and one may take it', async () => {
  await createPerson(database.db, { departements: null });
  await createPerson(database.db, { departements: ['33'] });
  source = await startSource({ texte: listeOfRows([HERE]), etag: '"a"', modifie: MODIFIE });
  const lieuId = await createPublic();
  await run();
  source.set({ texte: listeOfRows([], 7), etag: '"b"' });
  expect(await run(night(1))).toMatchObject([{ fichier: 'refuse' }]);
  await run(night(2));
  expect(await labels(lieuId)).toEqual(VERIFIE);
  expect(await taches()).toEqual([]);
  const refused = await findListe(database.db, CODE);
  expect(refused).toMatchObject({
    lignes: 10,
    refus: expect.stringContaining('7 lignes au lieu de 10'),
    date: '2026-05-12',
  });
  const mails = await database.db.selectFrom('courriel').select(['objet', 'texte']).execute();
  expect(mails).toEqual([
    { objet: 'La liste France services n’est pas prise', texte: expect.stringContaining('/moderation/taches#listes') },
  ]);
  expect(await acceptListeRefusee(database.db, { code: CODE, sha256: 'un autre' })).toBe(false);
  expect(await acceptListeRefusee(database.db, { code: CODE, sha256: refused?.refus_sha256 ?? '' })).toBe(true);
  expect(await run(new Date(night(2).getTime() + HOUR))).toEqual([
    { code: CODE, fichier: 'pris', lieux: 0, quittes: 1 },
  ]);
  expect(await findListe(database.db, CODE)).toMatchObject({ lignes: 7, refus: null, accepte_sha256: null });
});

test.each<[string, Parameters<SourceDouble['set']>[0], RegExp]>([
  ['is down', (response) => response.writeHead(500).end(), /téléchargé \(le serveur .* répond 500 : il est en panne\)/],
  ['has cut the file', (response) => response.writeHead(200, { 'content-length': '900' }).end('id_fs'), /coupé/],
  ['gives a page', { texte: '<!doctype html><p>Maintenance</p>' }, /page web/],
  ['gives another list', { texte: 'id,nom,pivot,code_postal,adresse\n1,a,,33000,1 rue Haute\n' }, /id_fs/],
])('where the server %s, the list that was known stays, and it is said', async (_, fault, reason) => {
  await createPerson(database.db, { departements: null });
  source = await startSource({ texte: listeOfRows([HERE]), etag: '"a"', modifie: MODIFIE });
  const lieuId = await createPublic();
  await run();
  source.set(fault);
  expect(await run(night(1))).toMatchObject([{ fichier: 'refuse', lieux: 1, quittes: 0 }]);
  expect((await findListe(database.db, CODE))?.refus).toMatch(reason);
  expect(await labels(lieuId)).toEqual(VERIFIE);
  expect(await database.db.selectFrom('courriel').select('objet').execute()).toHaveLength(1);
  expect(await readdir(dossier)).toEqual([]);
  source.set({ texte: listeOfRows([HERE]), etag: '"a"', modifie: MODIFIE });
  await run(night(2));
  expect(await findListe(database.db, CODE)).toMatchObject({ refus: null, lignes: 10 });
});

test('an address that does not answer is asked again an hour later; a file that is refused waits for the night', async () => {
  source = await startSource((response) => response.writeHead(503).end());
  const minutes = (n: number) => new Date(NOW.getTime() + n * 60_000);
  expect(await run()).toEqual([{ code: CODE, fichier: 'refuse' }]);
  expect(await run(minutes(55))).toEqual([]);
  source.set({ texte: '' });
  expect(await run(minutes(60))).toEqual([{ code: CODE, fichier: 'refuse' }]);
  expect(await run(minutes(180))).toEqual([]);
  source.set({ texte: listeOfRows([HERE]) });
  expect(await run(night(1))).toMatchObject([{ fichier: 'pris' }]);
  expect(await findListe(database.db, CODE)).toMatchObject({ date: '2026-06-02' });
});

test('the thread reads and compares; one that is cut leaves what the next one finishes', async () => {
  source = await startSource({ texte: listeOfRows([HERE]), etag: '"a"', modifie: MODIFIE });
  const lieuId = await createPublic();
  const request = { sources: [{ code: CODE, url: source.url }], dossier, publicUrl: 'https://exemple.fr', now: NOW };
  const workerUrl = new URL('bin/listes.worker.mjs', BUILD);
  const cut = createListesThread({ url: database.url, workerUrl });
  const [outcome] = await Promise.allSettled([cut.run(request), cut.stop()]);
  expect(outcome.status).toBe('rejected');
  const thread = createListesThread({ url: database.url, workerUrl });
  expect(await thread.run(request)).toEqual([{ code: CODE, fichier: 'pris', lieux: 1, quittes: 0 }]);
  expect(await labels(lieuId)).toEqual(VERIFIE);
  // Its rows were taken, and the process ended before they were compared.
  await database.db.deleteFrom('label_verifie').execute();
  await database.db.updateTable('liste_officielle').set({ rapprochee_le: null }).execute();
  expect(await thread.run(request)).toEqual([{ code: CODE, fichier: null, lieux: 1, quittes: 0 }]);
  expect(await labels(lieuId)).toEqual(VERIFIE);
});
