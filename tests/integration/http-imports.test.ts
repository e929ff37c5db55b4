import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import writeXlsxFile from 'write-excel-file/node';
import { purgerDepots, traiterDepots } from '#app/jobs/imports.ts';
import { countSessions } from '#tests/support/database.ts';
import { COMPLETE } from '#tests/support/hasard.ts';
import { BUILD, type HttpApp, startHttp, type Visitor } from '#tests/support/http.ts';
import { snapshotOf } from './imports.factory.ts';
import { communes, createLieu, createPerson, NOW, readLieu } from './revisions.factory.ts';

const ENVOI = '/territoire/imports/envoi';
const WORKER = fileURLToPath(new URL('bin/imports.worker.mjs', BUILD));

let app: HttpApp;
let animateur: Visitor;
let animateurId: string;
let national: Visitor;

beforeAll(async () => {
  app = await startHttp({}, NOW);
});
afterAll(() => app?.close());
beforeEach(async () => {
  for (const table of ['import_depot', 'import_profil', 'lieu', 'import_lot'] as const)
    await app.db.deleteFrom(table).execute();
  await app.forgetLimits();
  animateurId = (await createPerson(app.db, { territoires: ['departement:33'] })).utilisateurId;
  animateur = await app.visitor(animateurId);
  national = await app.visitor((await createPerson(app.db, { departements: null })).utilisateurId);
});

async function send(visitor: Visitor, name: string, content: BlobPart, fields: Record<string, string> = {}) {
  const form = new FormData();
  for (const [field, value] of Object.entries(fields)) form.append(field, value);
  form.append('fichier', new File([content], name));
  const response = await visitor.request('POST', ENVOI, { origin: app.services.settings.publicUrl }, form);
  return { status: response.status, place: response.headers.get('location') ?? '' };
}

function work(): Promise<number> {
  const { dataDir } = app.services.settings;
  return traiterDepots({ db: app.db, dataDir, communes, now: () => NOW });
}

/** The page's text without tags. */
async function page(visitor: Visitor, path: string): Promise<string> {
  const html = await (await visitor.get(path)).text();
  return html
    .replace(/<script[\s\S]*?<\/script>/g, '')
    .replace(/<!-- -->/g, '')
    .replace(/<[^>]+>/g, ' ')
    .replace(/\s+/g, ' ');
}

function csv(rows: Record<string, string>[]): string {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  return [columns, ...rows.map((row) => columns.map((column) => row[column] ?? ''))]
    .map((cells) => cells.join(';'))
    .join('\n');
}

const GARONNE = {
  id: 'g1',
  nom: 'Médiathèque Garonne',
  commune: 'Bordeaux',
  code_postal: '33000',
  code_insee: '33063',
  adresse: '12 rue des Écoles',
  latitude: '44.84',
  longitude: '-0.58',
  telephone: '0556000000',
  date_maj: '2026-01-15',
};

test('a file of the standard is tried, shown, applied and taken back, without JavaScript', async () => {
  const { status, place } = await send(animateur, 'lieux.csv', csv([GARONNE, { ...GARONNE, id: 'g2', nom: '' }]), {
    source: 'Hub de Gironde',
  });
  expect([status, place]).toEqual([303, expect.stringMatching(/^\/territoire\/imports\/[\w-]{20}$/)]);
  const waiting = await (await animateur.get(place)).text();
  expect(waiting).toMatch(/<noscript><meta http-equiv="refresh" content="3"/i);
  const before = await snapshotOf(app.db);
  expect(await work()).toBe(2);
  expect(await snapshotOf(app.db)).toBe(before);
  const tried = await page(animateur, place);
  expect(tried).toContain('rien n’est encore écrit');
  expect(tried).toMatch(/Nouveaux 1 .*Refusés 1/);
  expect(await (await animateur.get(place)).text()).toMatch(/<circle class="import-map-nouvelle"/);
  const rapport = await (await animateur.get(`${place}/rapport.csv`)).text();
  const lines: Record<string, string>[] = parse(rapport, { columns: true });
  expect(lines).toContainEqual(expect.objectContaining({ ligne: '3', id: 'g2', verdict: 'refuse' }));

  expect((await animateur.post(place, { intent: 'appliquer' })).status).toBe(302);
  await work();
  expect(await app.db.selectFrom('lieu').select(['nom', 'origine', 'id_origine']).execute()).toEqual([
    { nom: 'Médiathèque Garonne', origine: 'Hub de Gironde', id_origine: 'g1' },
  ]);
  const applied = await page(animateur, place);
  expect(applied).toContain('Annuler tout l’import');
  expect(applied).toMatch(/Créés 1/);
  const late = await animateur.post(place, { intent: 'abandonner' });
  expect(late.headers.get('location')).toBe(`${place}?fait=trop-tard`);
  expect(await page(animateur, `${place}?fait=trop-tard`)).toContain('Ce fichier a déjà été appliqué');
  const undone = await animateur.post(place, { intent: 'annuler' });
  expect(await page(animateur, undone.headers.get('location') ?? '')).toContain('1 lieu retiré');
  expect(await app.db.selectFrom('lieu').select('id').execute()).toEqual([]);
  const again = await animateur.post(place, { intent: 'annuler' });
  expect(await page(animateur, again.headers.get('location') ?? '')).toContain('déjà annulé');
});

test('a file of which every line is refused says so, and one that empties values says which before it is applied', async () => {
  const refused = await send(animateur, 'refus.csv', csv([{ ...GARONNE, nom: '' }]), { source: 'Hub' });
  await work();
  expect(await page(animateur, refused.place)).toContain('Aucune ligne ne peut être importée : 1 refusée');
  const first = await send(animateur, 'un.csv', csv([GARONNE]), { source: 'Hub' });
  await work();
  await animateur.post(first.place, { intent: 'appliquer' });
  await work();
  const second = await send(animateur, 'deux.csv', csv([{ ...GARONNE, telephone: '', adresse: '' }]), {
    source: 'Hub',
  });
  await work();
  const tried = await page(animateur, second.place);
  expect(tried).toContain('2 valeurs seraient vidées');
  expect(tried).toContain('1 lieu ne serait plus public');
});

test('columns of other names are asked once: the choice is kept for the next file, also as a workbook', async () => {
  const header = ['Réf', 'Structure', 'Ville', 'CP', 'Rue', 'Mise à jour', 'Notes'];
  const row = ['r1', 'Mairie', 'Bordeaux', '33000', '1 rue Haute', '2026-01-15', 'x'];
  const { place } = await send(animateur, 'novembre.csv', [header, row].map((cells) => cells.join(';')).join('\n'));
  await work();
  const html = await (await animateur.get(place)).text();
  expect(html).toMatch(/<option value="id" selected="">/);
  expect(await page(animateur, place)).toContain('proposé d’après son nom');
  const choix = ['id', '', 'commune', 'code_postal', 'adresse', 'adresse', ''];
  const wrong = Object.fromEntries(choix.map((champ, index) => [`colonne.${index}`, champ]));
  const refused = await animateur.post(place, { intent: 'valider', source: '', ...wrong });
  expect(refused.status).toBe(422);
  const text = await refused.text();
  expect(text).toContain('une seule colonne peut le donner');
  expect(text).toContain('Dites quelle colonne donne');
  expect(text).toContain('Dites d’où viennent ces lieux');
  const right = { ...wrong, 'colonne.1': 'nom', 'colonne.5': 'date_maj' };
  expect((await animateur.post(place, { intent: 'valider', source: 'Hub', ...right })).status).toBe(302);
  await work();
  expect(await page(animateur, place)).toMatch(/Nouveaux 1 /);

  const workbook = await writeXlsxFile([header, row]).toBuffer();
  const next = await send(animateur, 'décembre.xlsx', new Uint8Array(workbook));
  await work();
  const tried = await page(animateur, next.place);
  expect(tried).toContain('source : Hub');
  expect(tried).toContain('rien n’est encore écrit');
  await animateur.post(next.place, { intent: 'colonnes' });
  await work();
  expect(await page(animateur, next.place)).toContain('comme la dernière fois');
  await animateur.post(next.place, { intent: 'abandonner' });
  expect((await animateur.get(next.place)).status).toBe(404);
  expect(existsSync(join(app.services.settings.dataDir, next.place.replace('/territoire', '')))).toBe(false);
});

test('an animateur writes unclaimed lieux of the territory only: the others are proposed to, or refused', async () => {
  const held = await createLieu(app.db);
  const free = await createLieu(app.db);
  const far = await createLieu(app.db, { commune: 'Reims', code_postal: '51100', code_insee: '51454' });
  await app.db.updateTable('lieu').set({ structure_id: null }).where('id', 'in', [free.lieuId, far.lieuId]).execute();
  const rows = [held, free, far].map(({ lieuId }) => ({ ...GARONNE, id: lieuId, telephone: '0557000000' }));
  const outside = { ...GARONNE, id: 'x1', commune: 'Reims', code_postal: '51100', code_insee: '51454' };
  const { place } = await send(animateur, 'lieux.csv', csv([...rows, outside]), { source: 'essai', partiel: 'oui' });
  await work();
  const tried = await page(animateur, place);
  expect(tried).toMatch(/Nouveaux 0 .*Modifiés 1 .*À relire 1 .*Refusés 2/);
  expect(tried).toContain('Ce lieu est hors de votre territoire (Gironde (33))');
  await animateur.post(place, { intent: 'appliquer' });
  await work();
  expect((await readLieu(app.db, free.lieuId)).telephone).toBe('+33557000000');
  expect((await readLieu(app.db, held.lieuId)).telephone).toBe('+33556000000');
  expect((await readLieu(app.db, far.lieuId)).telephone).toBe('+33556000000');
  const proposed = await app.db.selectFrom('revision').select(['lieu_id', 'origine', 'auteur_id', 'etat']).execute();
  expect(proposed).toEqual([{ lieu_id: held.lieuId, origine: 'import', auteur_id: animateurId, etat: 'ouverte' }]);
});

test('lieux that their source no longer has are flagged, shown and never deleted; a part of a file flags nothing', async () => {
  const importRows = async (rows: Record<string, string>[], fields: Record<string, string> = {}) => {
    const { place } = await send(national, 'lieux.csv', csv(rows), { source: 'Hub', ...fields });
    await work();
    await national.post(place, { intent: 'appliquer' });
    await work();
    return place;
  };
  const [a, b, c] = ['a', 'b', 'c'].map((id) => ({ ...GARONNE, id, nom: `Lieu ${id}` }));
  if (!a || !b || !c) throw new Error('three rows');
  await importRows([a, b, c]);
  await importRows([{ ...a, telephone: '' }], { partiel: 'oui' });
  const absents = () => app.db.selectFrom('source_absence').select('lieu_id').orderBy('lieu_id').execute();
  expect(await absents()).toEqual([]);
  const { place: trialOfLess } = await send(national, 'lieux.csv', csv([a, b]), { source: 'Hub' });
  await work();
  expect(await page(national, trialOfLess)).toMatch(/1 lieu absent du fichier.*Lieu c/s);
  expect(await absents()).toEqual([]);
  // A row that is refused is in the file all the same.
  const place = await importRows([a, { ...b, nom: '' }]);
  expect(await absents()).toEqual([{ lieu_id: 'c' }]);
  expect(await page(national, place)).toContain('1 lieu absent du fichier');
  expect(await page(national, '/territoire/imports/absents')).toContain('Lieu c');
  expect(await page(national, '/moderation/lieux/c')).toContain('a quitté sa source');
  expect(await app.db.selectFrom('lieu').select('id').where('statut', '=', 'actif').execute()).toHaveLength(3);
  // To have it again is a change of its own.
  const { place: back } = await send(national, 'lieux.csv', csv([a, b, c]), { source: 'Hub' });
  await work();
  const trial = await page(national, back);
  expect(trial).toMatch(/De retour.*?1/);
  expect(trial).toContain('Appliquer l’import');
  await national.post(back, { intent: 'appliquer' });
  await work();
  expect(await absents()).toEqual([]);
});

test.each([
  ['a PDF', 'lieux.csv', '%PDF-1.7\n', /C’est un document PDF/],
  ['an image', 'lieux.csv', new Uint8Array([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10]), /C’est une image/],
  ['an old workbook', 'lieux.xls', new Uint8Array([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]), /\.xls/],
  ['an endless line', 'lieux.csv', 'x'.repeat(3_000_000), /n’a pas de fin/],
  ['blank lines', 'lieux.csv', '\n\n', /vide/],
])('%s is refused on its page in a sentence, and its bytes go', async (_, name, content, message) => {
  const { place } = await send(animateur, name, content, { source: 'Hub' });
  await work();
  const refused = await page(animateur, place);
  expect(refused).toMatch(message);
  expect(refused).toContain('Rien n’a été écrit');
  expect(await readdir(join(app.services.settings.dataDir, 'imports', place.split('/').at(-1) ?? ''))).toEqual([]);
});

test('no file, an empty one, one that is too large: the form comes back with a sentence, what was typed, and nothing on the disk', async () => {
  const refus = async (content: BlobPart, name = 'lieux.csv') => {
    const { status, place } = await send(animateur, name, content, { source: 'Hub du Sud' });
    expect(status).toBe(303);
    const html = await (await animateur.get(place)).text();
    expect(html).toContain('value="Hub du Sud"');
    return html;
  };
  expect(await refus('', '')).toContain('Choisissez un fichier');
  expect(await refus('')).toContain('Ce fichier est vide');
  const folders = () => readdir(join(app.services.settings.dataDir, 'imports'));
  const before = await folders();
  expect(await refus(new Uint8Array(201 * 1024 * 1024))).toContain('200 Mo au plus');
  expect(await folders()).toEqual(before);
});

test('who is not signed in is led there, who reviews nothing gets nowhere, and another site sends nothing', async () => {
  const nobody = await app.visitor();
  expect((await send(nobody, 'lieux.csv', 'x')).place).toBe('/connexion?vers=%2Fterritoire%2Fimports');
  const person = await app.visitor((await createPerson(app.db)).utilisateurId);
  expect((await send(person, 'lieux.csv', 'x')).place).toBe('/territoire/imports');
  const other = await animateur.request('POST', ENVOI, { origin: 'https://ailleurs.fr' }, new FormData());
  expect(other.status).toBe(403);
  expect(await app.db.selectFrom('import_depot').select('id').execute()).toEqual([]);
  const { place } = await send(national, 'lieux.csv', csv([GARONNE]), { source: 'Hub' });
  for (const path of [place, `${place}/rapport.csv`]) expect((await animateur.get(path)).status).toBe(404);
});

test('a role that was withdrawn meanwhile applies nothing', async () => {
  const { place } = await send(animateur, 'lieux.csv', csv([GARONNE]), { source: 'Hub' });
  await work();
  await animateur.post(place, { intent: 'appliquer' });
  await app.db.deleteFrom('animateur').where('utilisateur_id', '=', animateurId).execute();
  await work();
  expect(await app.db.selectFrom('lieu').select('id').execute()).toEqual([]);
  expect(await page(national, place)).toContain('n’a plus le droit d’importer');
});

test('files that nobody goes on with are given up after two weeks', async () => {
  const { place } = await send(animateur, 'lieux.csv', csv([GARONNE]), { source: 'Hub' });
  await work();
  const { dataDir } = app.services.settings;
  const file = join(dataDir, 'imports', place.split('/').at(-1) ?? '', 'fichier');
  await purgerDepots(app.db, dataDir, new Date(NOW.getTime() + 13 * 86_400_000));
  expect((await stat(file)).size).toBeGreaterThan(0);
  await purgerDepots(app.db, dataDir, new Date(NOW.getTime() + 15 * 86_400_000));
  expect(existsSync(file)).toBe(false);
  expect((await animateur.get(place)).status).toBe(404);
});

test('a file that is still being sent is left alone by the purge; what was forgotten a day ago goes', async () => {
  const { dataDir, publicUrl } = app.services.settings;
  const folders = join(dataDir, 'imports');
  await mkdir(folders, { recursive: true });
  const known = new Set(await readdir(folders));
  let goOn = () => {};
  const held = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  const boundary = 'x'.repeat(30);
  const disposition = 'content-disposition: form-data; name';
  const parts = [
    `--${boundary}\r\n${disposition}="source"\r\n\r\nHub\r\n`,
    `--${boundary}\r\n${disposition}="fichier"; filename="lieux.csv"\r\n\r\n${csv([GARONNE])}\r\n`,
  ];
  const body = new ReadableStream({
    async start(controller) {
      const encoder = new TextEncoder();
      controller.enqueue(encoder.encode(parts.join('').padEnd(70_000, ' ')));
      await held;
      controller.enqueue(encoder.encode(`\r\n--${boundary}--\r\n`));
      controller.close();
    },
  });
  const type = `multipart/form-data; boundary=${boundary}`;
  const sent = animateur.request('POST', ENVOI, { origin: publicUrl, 'content-type': type }, body);
  const received = async () => (await readdir(folders)).find((id) => !known.has(id));
  await expect.poll(received).toBeDefined();
  const id = (await received()) ?? '';
  await expect.poll(() => existsSync(join(folders, id, 'fichier'))).toBe(true);
  await purgerDepots(app.db, dataDir, new Date());
  goOn();
  expect((await sent).headers.get('location')).toBe(`/territoire/imports/${id}`);
  expect((await stat(join(folders, id, 'fichier'))).size).toBeGreaterThan(100);

  const forgotten = join(folders, 'oublie');
  await mkdir(forgotten);
  await writeFile(join(forgotten, 'fichier'), 'x');
  await purgerDepots(app.db, dataDir, new Date(Date.now() + 23 * 3_600_000));
  expect(existsSync(forgotten)).toBe(true);
  await purgerDepots(app.db, dataDir, new Date(Date.now() + 25 * 3_600_000));
  expect(existsSync(forgotten)).toBe(false);
  expect(existsSync(join(folders, id, 'fichier'))).toBe(true);
});

/** The job as the server runs it, in a process of its own that can be killed. */
function startJob(): ChildProcess {
  const workerData = `{ url: ${JSON.stringify(app.url)}, dataDir: ${JSON.stringify(app.services.settings.dataDir)}, now: new Date(${NOW.getTime()}) }`;
  const program = `new (require('node:worker_threads').Worker)(${JSON.stringify(WORKER)}, { workerData: ${workerData} })`;
  return spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'ignore', 'inherit'] });
}

test('killed with -9 at many moments, the job leaves nothing half applied, and goes on to the same end', async () => {
  const count = COMPLETE ? 3_000 : 1_500;
  const rows = Array.from({ length: count }, (_, index) => ({ ...GARONNE, id: `k${index}`, nom: `Lieu ${index}` }));
  const { place } = await send(national, 'gros.csv', csv(rows), { source: 'Hub' });
  const id = place.split('/').at(-1) ?? '';
  const state = async () => {
    const depot = await app.db
      .selectFrom('import_depot')
      .select(['etat', 'lot_id'])
      .where('id', '=', id)
      .executeTakeFirstOrThrow();
    const { lieux } = await app.db
      .selectFrom('lieu')
      .select((eb) => eb.fn.countAll<number>().as('lieux'))
      .executeTakeFirstOrThrow();
    const lots = await app.db.selectFrom('import_lot').select('id').execute();
    return { ...depot, lieux: Number(lieux), lots: lots.length };
  };
  let kills = 0;
  let step = { etat: '', from: 0 };
  for (let round = 0; ; round += 1) {
    const { etat } = await state();
    if (etat === 'applique') break;
    if (etat !== step.etat) step = { etat, from: round };
    if (etat === 'simule') await national.post(place, { intent: 'appliquer' });
    const job = startJob();
    const closed = new Promise((resolve) => job.once('close', resolve));
    // Later at each round of a step, so that it is cut in its beginning, its middle and its end.
    const timer = setTimeout(() => job.kill('SIGKILL'), 600 + (round - step.from) * (COMPLETE ? 300 : 900));
    await closed;
    clearTimeout(timer);
    if (job.signalCode === 'SIGKILL') kills += 1;
    await expect.poll(() => countSessions(app, 'lieu-a-jour imports'), { timeout: 10_000 }).toBe(0);
    const now = await state();
    expect(now).toMatchObject(
      now.etat === 'applique'
        ? { lieux: count, lots: 1, lot_id: expect.anything() }
        : { lieux: 0, lots: 0, lot_id: null },
    );
    // Many kills of one step are the test's, not the file's.
    await app.db.updateTable('import_depot').set({ essais: 0 }).execute();
    expect(round).toBeLessThan(60);
  }
  expect(kills).toBeGreaterThanOrEqual(2);
  const before = await snapshotOf(app.db);
  expect(await work()).toBe(0);
  expect(await snapshotOf(app.db)).toBe(before);
}, 180_000);

test('a file that no process survives is left alone after four times', async () => {
  const { place } = await send(national, 'lieux.csv', csv([GARONNE]), { source: 'Hub' });
  await app.db.updateTable('import_depot').set({ essais: 4 }).execute();
  await work();
  expect(await page(national, place)).toContain('n’a pas pu être traité jusqu’au bout');
});
