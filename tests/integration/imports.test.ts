import { expect, test } from 'vitest';
import { FichierIllisible } from '#app/imports/fichier-illisible.ts';
import { annulerImport, ImportIntrouvable } from '#db/imports-annulation.ts';
import { decideRevision } from '#db/revisions.ts';
import {
  communes,
  confirm,
  csvOf,
  databaseOfImports,
  geoJsonOf,
  importText,
  jsonOf,
  listLieux,
  NOW,
  snapshotOf,
} from './imports.factory.ts';

const TODAY = '2026-06-01';
const writing = { now: NOW, today: TODAY, communes };
const database = databaseOfImports();
const lieux = () => listLieux(database.db);

async function waiting() {
  return database.db
    .selectFrom('revision as r')
    .innerJoin('revision_champ as c', (join) =>
      join.onRef('c.lieu_id', '=', 'r.lieu_id').onRef('c.revision_id', '=', 'r.id'),
    )
    .select(['r.id', 'r.lieu_id', 'c.champ', 'c.avant', 'c.apres'])
    .where('r.origine', '=', 'import')
    .where('r.etat', '=', 'ouverte')
    .where('c.decision', 'is', null)
    .execute();
}

const FILE = csvOf([
  {
    id: 'a/1 é',
    telephone: '0262 59 39 85',
    code_postal: '97430',
    commune: 'Le Tampon',
    code_insee: '97422',
    latitude: '-21.27',
    longitude: '55.51',
  },
  { id: 'a2', commune: '', code_insee: '', code_postal: '33610' },
  { id: 'a3', nom: '' },
  { id: 'a4', horaires: 'week 1-53/2 Tu 09:00-12:00; PH off' },
]);

test('rows become lieux with what follows from their fields, and the counts add up', async () => {
  const bilan = await importText(database.db, FILE);
  expect(bilan).toMatchObject({
    lignes: 4,
    publiques: 2,
    a_completer: 1,
    refusees: 1,
    doublons: 0,
    nouvelles: 3,
    modifiees: 0,
    inchangees: 0,
  });
  const [first, second, dated] = await lieux();
  expect(first).toMatchObject({
    id: 'a/1 é',
    origine: 'hub',
    id_origine: 'a/1 é',
    telephone: '+262262593985',
    departement: '974',
    region: '04',
    fuseau: 'Indian/Reunion',
    horaires_etat: 'lu',
    manquants: [],
    date_maj: '2026-01-15',
    version: 1,
    statut: 'actif',
  });
  expect(first?.horaires_bits).toHaveLength(84);
  expect(first?.horaires_intervalles).toMatchObject({ etat: 'lu' });
  expect(second).toMatchObject({ id: 'a2', commune: null, departement: '33', manquants: ['commune'] });
  const dates = await database.db.selectFrom('ouverture_datee').select('lieu_id').distinct().execute();
  expect(dates).toEqual([{ lieu_id: dated?.id }]);
  expect(bilan.rapport.map(({ ligne, champ, verdict }) => [ligne, champ, verdict])).toEqual([
    [2, 'telephone', 'corrige'],
    [3, 'commune', 'manquant'],
    [4, 'nom', 'refuse'],
  ]);
});

test('a second run of the same file writes no row', async () => {
  await importText(database.db, FILE);
  const before = await snapshotOf(database.db);
  const again = await importText(database.db, FILE, { now: new Date('2026-07-01T08:00:00Z') });
  expect(again).toMatchObject({ nouvelles: 0, modifiees: 0, inchangees: 3, lotId: null });
  expect(await snapshotOf(database.db)).toBe(before);
});

test('a simulation tells the same and writes no row', async () => {
  await importText(database.db, csvOf([{ id: 'a2' }]));
  const before = await snapshotOf(database.db);
  const simulated = await importText(database.db, FILE, { simuler: true });
  expect(await snapshotOf(database.db)).toBe(before);
  const { lotId, ...real } = await importText(database.db, FILE);
  expect(lotId).not.toBeNull();
  expect(simulated).toEqual({ ...real, lotId: null });
});

test('what a new file changes is written with what follows, told in the journal and kept by the batch', async () => {
  await importText(database.db, csvOf([{ id: 'b1' }, { id: 'b2' }]));
  const { lotId, ...bilan } = await importText(
    database.db,
    csvOf([
      { id: 'b1', horaires: 'Sa 10:00-12:00', commune: 'Mérignac', code_postal: '33700', code_insee: '33281' },
      { id: 'b2' },
    ]),
  );
  expect(bilan).toMatchObject({ nouvelles: 0, modifiees: 1, inchangees: 1 });
  const [changed, same] = await lieux();
  expect(changed).toMatchObject({ version: 2, recherche: 'mediatheque garonne merignac' });
  expect(same).toMatchObject({ version: 1 });
  const kept = await database.db
    .selectFrom('import_changement')
    .select(['lieu_id', 'avant', 'apres'])
    .where('lot_id', '=', lotId ?? 0)
    .execute();
  expect(kept).toEqual([
    {
      lieu_id: 'b1',
      avant: { commune: 'Bordeaux', code_postal: '33000', code_insee: '33063', horaires: 'Mo-Fr 09:00-12:00' },
      apres: { commune: 'Mérignac', code_postal: '33700', code_insee: '33281', horaires: 'Sa 10:00-12:00' },
    },
  ]);
  expect(
    await database.db.selectFrom('journal').select(['lieu_id', 'action']).where('lieu_id', '=', 'b1').execute(),
  ).toEqual([{ lieu_id: 'b1', action: 'import' }]);
});

test('the same id twice from one source: the later date wins, whatever the order, and it is reported', async () => {
  for (const rows of [
    [
      { id: 'c1', nom: 'Ancien', date_maj: '2025-01-01' },
      { id: 'c1', nom: 'Nouveau', date_maj: '2025-06-01' },
    ],
    [
      { id: 'c1', nom: 'Nouveau', date_maj: '2025-06-01' },
      { id: 'c1', nom: 'Ancien', date_maj: '2025-01-01' },
    ],
  ]) {
    await database.db.deleteFrom('lieu').execute();
    const bilan = await importText(database.db, csvOf(rows));
    expect(bilan).toMatchObject({ lignes: 2, publiques: 1, a_completer: 0, refusees: 0, doublons: 1, nouvelles: 1 });
    expect((await lieux()).map(({ nom }) => nom)).toEqual(['Nouveau']);
    const loser = rows[0]?.nom === 'Ancien' ? 2 : 3;
    expect(bilan.rapport).toMatchObject([{ ligne: loser, id: 'c1', champ: 'id', verdict: 'ignore' }]);
  }
});

test('the same id from two sources: two lieux, the later comer with a suffix that stays', async () => {
  const both = csvOf([
    { id: 'd1', source: 'siao' },
    { id: 'd1', source: 'Hub du Sud', nom: 'Autre lieu' },
  ]);
  const first = await importText(database.db, both);
  expect(first).toMatchObject({ nouvelles: 2, doublons: 0 });
  expect(first.rapport).toMatchObject([
    { ligne: 3, id: 'd1', champ: 'id', verdict: 'corrige', message: expect.stringContaining('d1-hub-du-sud') },
  ]);
  expect((await lieux()).map(({ id, origine }) => [id, origine])).toEqual([
    ['d1', 'siao'],
    ['d1-hub-du-sud', 'Hub du Sud'],
  ]);
  const changed = await importText(database.db, csvOf([{ id: 'd1', source: 'Hub du Sud', nom: 'Autre nom' }]));
  expect(changed).toMatchObject({ nouvelles: 0, modifiees: 1 });
  expect((await lieux()).map(({ id, nom }) => [id, nom])).toEqual([
    ['d1', 'Médiathèque Garonne'],
    ['d1-hub-du-sud', 'Autre nom'],
  ]);
});

test('a second run of the same file has the same report, line for line', async () => {
  const rows = ['hub', 'siao', 'dora'].flatMap((source): Record<string, string>[] => [
    { id: 'Dora_1', source, telephone: '0556000000' },
    { id: 'Dora_2', source, horaires: 'n’importe quand' },
    { id: 'Dora_2', source, horaires: 'n’importe quand' },
  ]);
  const first = await importText(database.db, csvOf(rows));
  const again = await importText(database.db, csvOf(rows));
  expect(again.modifiees + again.nouvelles).toBe(0);
  expect(first.rapport.filter(({ message }) => message.includes('est publié sous'))).toHaveLength(4);
  expect(again.rapport).toEqual(first.rapport);
  // A file of which one row changed says the rest again too.
  const changed = await importText(database.db, csvOf([{ ...rows[0], nom: 'Autre' }, ...rows.slice(1)]));
  expect(changed.modifiees).toBe(1);
  expect(changed.rapport).toEqual(first.rapport);
});

test('a suffix that is somebody’s own id gives way to another', async () => {
  await importText(
    database.db,
    csvOf([
      { id: 'e1', source: 'siao' },
      { id: 'e1-hub', source: 'siao' },
    ]),
  );
  await importText(database.db, csvOf([{ id: 'e1', source: 'hub' }]));
  const ids = (await lieux()).map(({ id }) => id);
  expect(ids).toHaveLength(3);
  expect(new Set(ids).size).toBe(3);
});

test('--source says where all the rows come from', async () => {
  await importText(database.db, csvOf([{ id: 'f1', source: '' }]), { source: 'Pays Basque' });
  await importText(database.db, csvOf([{ id: 'f2', source: '' }]));
  expect((await lieux()).map(({ origine }) => origine)).toEqual(['Pays Basque', 'essai']);
});

test('a value that a person confirmed is never overwritten: the file’s waits for a moderator, once', async () => {
  await importText(database.db, csvOf([{ id: 'g1' }]));
  await confirm(database.db, 'g1', { telephone: '+33556111111' });
  const file = csvOf([{ id: 'g1', telephone: '+33556222222', nom: 'Médiathèque neuve', date_maj: '2026-02-01' }]);
  const bilan = await importText(database.db, file);
  expect(bilan).toMatchObject({ modifiees: 1 });
  expect(bilan.rapport).toMatchObject([
    { ligne: 2, id: 'g1', champ: 'telephone', valeur: '+33556222222', verdict: 'ignore' },
  ]);
  expect(await lieux()).toMatchObject([{ telephone: '+33556111111', nom: 'Médiathèque neuve', date_maj: TODAY }]);
  expect(await waiting()).toMatchObject([
    { lieu_id: 'g1', champ: 'telephone', avant: '+33556111111', apres: '+33556222222' },
  ]);

  const before = await snapshotOf(database.db);
  expect(await importText(database.db, file)).toMatchObject({ modifiees: 0, inchangees: 1 });
  expect(await snapshotOf(database.db)).toBe(before);

  await importText(database.db, csvOf([{ id: 'g1', telephone: '+33556333333', nom: 'Médiathèque neuve' }]));
  expect(await waiting()).toMatchObject([{ champ: 'telephone', apres: '+33556333333' }]);
});

test('what a moderator refused is not proposed again; what they accepted is the value', async () => {
  await importText(database.db, csvOf([{ id: 'h1' }]));
  await confirm(database.db, 'h1', { telephone: '+33556111111', nom: 'Nom confirmé' });
  const file = csvOf([{ id: 'h1', telephone: '+33556222222', nom: 'Nom du fichier' }]);
  await importText(database.db, file);
  const [revision] = await waiting();
  await database.db.transaction().execute((trx) =>
    decideRevision(trx, {
      lieuId: 'h1',
      revisionId: revision?.id ?? 0,
      decisions: [
        { field: 'telephone', decision: 'refusee', motif: 'Le responsable a raison.', seen: '+33556111111' },
        { field: 'nom', decision: 'acceptee', motif: null, seen: 'Nom confirmé' },
      ],
      moderateurId: 'moderatrice',
      writing,
    }),
  );
  expect(await importText(database.db, file)).toMatchObject({ modifiees: 0, inchangees: 1 });
  const [lieu] = await lieux();
  expect(lieu).toMatchObject({ telephone: '+33556111111', nom: 'Nom du fichier' });
  expect(lieu?.provenance).toMatchObject({ nom: { source: 'moderation', auteur: 'moderatrice' } });
  expect(await waiting()).toEqual([]);
});

test('an import can be taken back: former values come again, what moved since stays, what it created goes', async () => {
  await importText(database.db, csvOf([{ id: 'i1' }, { id: 'i2' }]));
  const { lotId } = await importText(
    database.db,
    csvOf([
      { id: 'i1', nom: 'Autre nom', telephone: '+33556222222', horaires: '' },
      { id: 'i2', typologie: 'ASSO' },
      { id: 'i3' },
      { id: 'i4' },
    ]),
  );
  await confirm(database.db, 'i1', { telephone: '+33556999999' });
  await confirm(database.db, 'i4', { telephone: '+33556999999' });
  const taken = { lotId: lotId ?? 0, acteurId: null, now: NOW, today: TODAY, communes };
  expect(await annulerImport(database.db, taken)).toEqual({
    supprimes: 1,
    conserves: 1,
    remis: 2,
    gardes: 1,
    hors: 0,
  });
  expect(await lieux()).toMatchObject([
    {
      id: 'i1',
      nom: 'Médiathèque Garonne',
      telephone: '+33556999999',
      horaires: 'Mo-Fr 09:00-12:00',
      horaires_etat: 'lu',
    },
    { id: 'i2', typologie: [] },
    { id: 'i4', statut: 'actif', telephone: '+33556999999' },
  ]);
  await expect(annulerImport(database.db, taken)).rejects.toThrow(ImportIntrouvable);
});

test('taking an import back withdraws what it proposed, and it may propose it again', async () => {
  await importText(database.db, csvOf([{ id: 'j1' }]));
  await confirm(database.db, 'j1', { telephone: '+33556111111' });
  const file = csvOf([{ id: 'j1', telephone: '+33556222222' }]);
  const { lotId } = await importText(database.db, file);
  await annulerImport(database.db, { lotId: lotId ?? 0, acteurId: null, now: NOW, today: TODAY, communes });
  expect(await waiting()).toEqual([]);
  await importText(database.db, file);
  expect(await waiting()).toHaveLength(1);
});

test('two imports at once do what one after the other would', async () => {
  const file = csvOf(Array.from({ length: 700 }, (_, index) => ({ id: `k${index}` })));
  const bilans = await Promise.all([importText(database.db, file), importText(database.db, file)]);
  expect(bilans.map(({ nouvelles }) => nouvelles).sort((a, b) => a - b)).toEqual([0, 700]);
  expect(await lieux()).toHaveLength(700);
});

test.each([
  ['a list of objects', jsonOf],
  ['GeoJSON', geoJsonOf],
])('%s whose 1,200 lieux are all on one line is kept whole, and of two of one id the later', async (_, textOf) => {
  const rows = Array.from({ length: 1_200 }, (_, index) => ({ id: `m${index}`, nom: `Lieu ${index}` }));
  const again = { id: 'm7', nom: 'Nouveau', date_maj: '2026-02-01' };
  const text = textOf([...rows.slice(0, 600), again, ...rows.slice(600)]);
  expect(text).not.toContain('\n');
  const bilan = await importText(database.db, text);
  expect(bilan).toMatchObject({ lignes: 1_201, publiques: 1_200, refusees: 0, doublons: 1, nouvelles: 1_200 });
  const kept = await lieux();
  expect(kept).toHaveLength(1_200);
  expect(kept.find(({ id }) => id === 'm7')?.nom).toBe('Nouveau');
  expect(bilan.rapport).toMatchObject([
    { ligne: 1, id: 'm7', verdict: 'ignore', message: expect.stringContaining('Un autre lieu de cette ligne') },
  ]);
  expect(await importText(database.db, text)).toMatchObject({ nouvelles: 0, modifiees: 0, inchangees: 1_200 });
});

test('a file that is no table of lieux, or has its header only, writes nothing and says why', async () => {
  const before = await snapshotOf(database.db);
  await expect(importText(database.db, '<html></html>')).rejects.toThrow(FichierIllisible);
  await expect(importText(database.db, 'id,nom,commune\n')).rejects.toThrow(/aucun lieu/);
  expect(await snapshotOf(database.db)).toBe(before);
});
