import { expect, test } from 'vitest';
import type { Droit, LieuPlace } from '#app/domain/permissions.ts';
import { AnnulationHorsTerritoire, annulerImport } from '#db/imports-annulation.ts';
import { communes, confirm, csvOf, databaseOfImports, importText, listLieux, NOW } from './imports.factory.ts';

const database = databaseOfImports();
const lieux = () => listLieux(database.db);

function annuler(lotId: number | null, droit?: (place: LieuPlace) => Droit) {
  return annulerImport(database.db, {
    ...{ lotId: lotId ?? 0, acteurId: null, now: NOW, today: '2026-06-01', communes },
    ...(droit && { droit }),
  });
}

const AILLEURS = { commune: 'Mont-de-Marsan', code_postal: '40000', code_insee: '40192' };
const inGironde = ({ departement }: LieuPlace): Droit => (departement === '33' ? 'ecrire' : 'refuser');

test('taking an import back hides nothing: a lieu that a structure holds, that another import changed or that has closed stays as it is', async () => {
  const { db } = database;
  const { lotId } = await importText(db, csvOf(['a', 'b', 'c', 'd', 'e'].map((id) => ({ id }))));
  const { id: structure } = await db
    .insertInto('structure')
    .values({ nom: 'Mairie' })
    .returning('id')
    .executeTakeFirstOrThrow();
  await db.updateTable('lieu').set({ structure_id: structure }).where('id', '=', 'a').execute();
  await importText(db, csvOf([{ id: 'b', nom: 'Autre nom' }]));
  await db.updateTable('lieu').set({ statut: 'ferme' }).where('id', '=', 'c').execute();
  await db.insertInto('journal').values({ lieu_id: 'd', le: NOW, action: 'appel', detail: '{}' }).execute();
  const before = (await lieux()).filter(({ id }) => id !== 'e');
  expect(await annuler(lotId)).toEqual({ supprimes: 1, conserves: 4, remis: 0, gardes: 0, hors: 0 });
  expect(await lieux()).toEqual(before);
  expect(before.map(({ statut }) => statut)).toEqual(['actif', 'actif', 'ferme', 'actif']);
});

test('a lieu that only imports since taken back had changed goes with the one that created it', async () => {
  const first = await importText(database.db, csvOf([{ id: 'a' }]));
  const second = await importText(database.db, csvOf([{ id: 'a', nom: 'Autre nom' }]));
  await annuler(second.lotId);
  expect(await annuler(first.lotId)).toMatchObject({ supprimes: 1, conserves: 0 });
  expect(await lieux()).toEqual([]);
});

test('a lieu that an import taken back once hid comes back with the next file that has it; one that a person hid does not', async () => {
  const { db } = database;
  const { lotId } = await importText(db, csvOf([{ id: 'h1' }]));
  await importText(db, csvOf([{ id: 'h2' }]));
  await db.updateTable('import_lot').set({ etat: 'annule' }).where('id', '=', lotId).execute();
  await db.updateTable('lieu').set({ statut: 'masque' }).execute();
  const back = await importText(db, csvOf([{ id: 'h1' }, { id: 'h2' }]));
  expect(back).toMatchObject({ nouvelles: 0, modifiees: 1, inchangees: 0, hors_ligne: 1 });
  expect(await lieux()).toMatchObject([
    { id: 'h1', statut: 'actif', version: 2 },
    { id: 'h2', statut: 'masque', version: 1 },
  ]);
  expect(await db.selectFrom('journal').select('detail').where('lieu_id', '=', 'h1').execute()).toEqual([
    { detail: { lot: back.lotId, en_ligne: [], revient: true } },
  ]);
  await annuler(back.lotId);
  expect((await lieux()).map(({ statut }) => statut)).toEqual(['actif', 'masque']);
});

test('a value that somebody confirmed since stays, though it is the file’s, and so does the date of the lieu', async () => {
  const { db } = database;
  await importText(db, csvOf([{ id: 'a' }]));
  const { lotId } = await importText(
    db,
    csvOf([{ id: 'a', nom: 'Autre nom', telephone: '+33556222222', date_maj: '2026-05-01' }]),
  );
  await db
    .updateTable('lieu')
    .set({ provenance: JSON.stringify({ telephone: { source: 'responsable', confirme_le: NOW.toISOString() } }) })
    .execute();
  expect(await annuler(lotId)).toEqual({ supprimes: 0, conserves: 0, remis: 1, gardes: 2, hors: 0 });
  expect(await lieux()).toMatchObject([
    { nom: 'Médiathèque Garonne', telephone: '+33556222222', date_maj: '2026-05-01' },
  ]);
});

test('whoever takes an import back does so in the territory of today: elsewhere everything stays, and where nothing is left it is refused', async () => {
  const { db } = database;
  const old = await importText(db, csvOf([{ id: 'a', ...AILLEURS }]));
  const { lotId } = await importText(
    db,
    csvOf([{ id: 'a', ...AILLEURS, nom: 'Autre nom' }, { id: 'b', ...AILLEURS }, { id: 'c' }]),
  );
  const before = await lieux();
  await expect(annuler(old.lotId, inGironde)).rejects.toThrow(AnnulationHorsTerritoire);
  expect(await lieux()).toEqual(before);
  expect(await annuler(lotId, inGironde)).toEqual({ supprimes: 1, conserves: 0, remis: 0, gardes: 0, hors: 2 });
  expect((await lieux()).map(({ id, nom }) => [id, nom])).toEqual([
    ['a', 'Autre nom'],
    ['b', 'Médiathèque Garonne'],
  ]);
  // What stayed can be taken back by somebody of that territory.
  expect(await annuler(lotId)).toMatchObject({ supprimes: 1, remis: 1, hors: 0 });
  await expect(annuler(lotId)).rejects.toThrow();
});

test('what a structure holds by now is left to it where one may only propose', async () => {
  const { db } = database;
  await importText(db, csvOf([{ id: 'a' }]));
  const { lotId } = await importText(db, csvOf([{ id: 'a', nom: 'Autre nom' }]));
  expect(await annuler(lotId, () => 'proposer')).toMatchObject({ remis: 0, gardes: 1 });
  expect(await lieux()).toMatchObject([{ nom: 'Autre nom' }]);
});

test('what an import proposed in a territory withdrawn since waits on', async () => {
  const { db } = database;
  await importText(db, csvOf([{ id: 'a', ...AILLEURS }, { id: 'b' }]));
  await confirm(db, 'a', { telephone: '+33556111111' });
  await confirm(db, 'b', { telephone: '+33556111111' });
  const { lotId } = await importText(
    db,
    csvOf([
      { id: 'a', ...AILLEURS, telephone: '+33556222222' },
      { id: 'b', telephone: '+33556222222' },
    ]),
  );
  await annuler(lotId, inGironde);
  const states = await db.selectFrom('revision').select(['lieu_id', 'etat']).where('origine', '=', 'import').execute();
  expect(states.map(({ lieu_id, etat }) => `${lieu_id} ${etat}`).sort()).toEqual(['a ouverte', 'b retiree']);
});
