import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { importFichier } from '#app/imports/importer.ts';
import type { Devenir } from '#db/imports.ts';
import { communes, confirm, csvOf, databaseOfImports, importText, jsonOf, listLieux, NOW } from './imports.factory.ts';

const database = databaseOfImports();
const lieux = () => listLieux(database.db);

/** What becomes of each row. */
async function devenirs(text: string): Promise<Devenir[]> {
  const devenirs: Devenir[] = [];
  async function* bytes(): AsyncGenerator<Uint8Array> {
    yield new TextEncoder().encode(text);
  }
  await importFichier(database.db, {
    ...{ bytes: bytes(), chemin: null, fichier: 'essai.csv', source: null, simuler: true, lancePar: null },
    ...{ communes, now: NOW, onRapport: () => {}, onIssue: (_, devenir) => devenirs.push(devenir) },
  });
  return devenirs;
}

test('a column that the file does not have says nothing: what the database has stays, and the lieu is public still', async () => {
  const { db } = database;
  await importText(db, csvOf([{ id: 'a' }]));
  const [before] = await lieux();
  const bilan = await importText(
    db,
    'id,nom,commune,code_postal,source\na,Nouveau nom,Bordeaux,33000,hub\nb,Autre,Bordeaux,33000,hub',
  );
  expect(bilan).toMatchObject({
    ...{ publiques: 1, a_completer: 1, nouvelles: 1, modifiees: 1, videes: 0, depubliees: 0 },
  });
  expect(bilan.rapport).toContainEqual(
    expect.objectContaining({ ligne: 2, message: expect.stringContaining('La base a déjà ce qui manque') }),
  );
  const [after, created] = await lieux();
  expect(after).toMatchObject({
    nom: 'Nouveau nom',
    manquants: [],
    ...{ telephone: before?.telephone, horaires: before?.horaires, services: before?.services },
    ...{ adresse: before?.adresse, latitude: before?.latitude, date_maj: before?.date_maj, pivot: before?.pivot },
  });
  expect(created?.manquants).toContain('adresse');
});

test('a column that is not read says nothing, and so does a key that no object of a JSON has', async () => {
  const { db } = database;
  await importText(db, csvOf([{ id: 'a' }]));
  await importText(db, csvOf([{ id: 'a', telephone: '' }]), { choix: new Map([['telephone', null]]) });
  expect(await lieux()).toMatchObject([{ telephone: '+33556000000', version: 1 }]);
  const [{ telephone: _, horaires: __, ...rest }] = JSON.parse(jsonOf([{ id: 'a', nom: 'Autre nom' }]));
  await importText(db, JSON.stringify([rest]));
  expect(await lieux()).toMatchObject([{ nom: 'Autre nom', telephone: '+33556000000', horaires: 'Mo-Fr 09:00-12:00' }]);
});

test('an empty cell, or « néant », empties; a value that cannot be read does not', async () => {
  const { db } = database;
  await importText(db, csvOf([{ id: 'a' }, { id: 'b' }, { id: 'c' }]));
  const bilan = await importText(
    db,
    csvOf([
      { id: 'a', telephone: '' },
      { id: 'b', telephone: 'Néant' },
      { id: 'c', telephone: 'voir affiche' },
    ]),
  );
  expect((await lieux()).map(({ telephone }) => telephone)).toEqual([null, null, '+33556000000']);
  expect(bilan).toMatchObject({ modifiees: 2, inchangees: 1, videes: 2, depubliees: 0 });
});

test('a trial counts the values that would be emptied and the lieux that would no longer be public', async () => {
  const { db } = database;
  await importText(db, csvOf([{ id: 'a' }, { id: 'b' }]));
  const file = csvOf([
    { id: 'a', adresse: '', telephone: '' },
    { id: 'b', horaires: '' },
  ]);
  expect(await devenirs(file)).toMatchObject([
    { issue: 'modifiee', vides: ['adresse', 'telephone'], depublie: true },
    { issue: 'modifiee', vides: ['horaires'], depublie: false },
  ]);
  expect(await importText(db, file, { simuler: true })).toMatchObject({ videes: 3, depubliees: 1 });
});

test('a lieu that a short file says to be in another commune loses the position of the former one', async () => {
  const { db } = database;
  await importText(db, csvOf([{ id: 'a' }]));
  await importText(db, 'id,nom,commune,code_postal,source\na,Médiathèque Garonne,Mérignac,33700,hub');
  expect(await lieux()).toMatchObject([
    { commune: 'Mérignac', code_insee: null, latitude: null, longitude: null, adresse: '12 rue des Écoles' },
  ]);
});

test('a short file that denies a commune which a person confirmed moves the lieu nowhere', async () => {
  const { db } = database;
  await importText(db, csvOf([{ id: 'a' }]));
  const confirmed = JSON.stringify({ commune: { source: 'membre', confirme_le: NOW.toISOString() } });
  await sql`update lieu set provenance = provenance || ${confirmed}::jsonb`.execute(db);
  const bilan = await importText(db, 'id,nom,commune,code_postal,source\na,Médiathèque Garonne,Bordeau,33000,hub');
  expect(bilan.videes).toBe(0);
  expect(await lieux()).toMatchObject([
    { commune: 'Bordeaux', code_insee: '33063', latitude: 44.84, longitude: -0.58, version: 1 },
  ]);
});

test('a row that changes a lieu and proposes to it tells each field under its own heading', async () => {
  const { db } = database;
  await importText(db, csvOf([{ id: 'a' }, { id: 'b' }]));
  await confirm(db, 'a', { telephone: '+33556111111' });
  await confirm(db, 'b', { telephone: '+33556111111' });
  const rows: Record<string, string>[] = [
    { id: 'a', telephone: '+33556222222', horaires: 'Sa 10:00-12:00' },
    { id: 'b', telephone: '+33556222222' },
  ];
  expect(await devenirs(csvOf(rows))).toMatchObject([
    { issue: 'modifiee', changes: ['horaires'], proposes: ['telephone'] },
    { issue: 'proposee', changes: [], proposes: ['telephone'] },
  ]);
  await importText(db, csvOf(rows));
  // What waits already is proposed no more.
  expect(await devenirs(csvOf(rows))).toMatchObject([
    { issue: 'inchangee', proposes: [] },
    { issue: 'inchangee', proposes: [] },
  ]);
});

test('what a file proposes is what it says against the lieu under lock: somebody who writes the same meanwhile leaves nothing to propose', async () => {
  const { db } = database;
  await importText(db, csvOf([{ id: 'a' }]));
  await confirm(db, 'a', { telephone: '+33556111111' });
  const waits = async () => {
    for (;;) {
      const { rows } = await sql`SELECT FROM pg_stat_activity WHERE datname = current_database()
        AND wait_event_type = 'Lock'`.execute(db);
      if (rows.length > 0) return;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  const file = csvOf([{ id: 'a', telephone: '+33556222222', date_maj: '2026-06-01' }]);
  const importing = await db.transaction().execute(async (trx) => {
    await trx.updateTable('lieu').set({ telephone: '+33556222222' }).where('id', '=', 'a').execute();
    const running = importText(db, file);
    await Promise.race([running, waits()]);
    return { running };
  });
  expect(await importing.running).toMatchObject({ modifiees: 0, inchangees: 1 });
  expect(await db.selectFrom('revision').select('id').where('origine', '=', 'import').execute()).toEqual([]);
});

test('a row about a lieu that is closed or merged is told apart; what is new of a merged one is proposed to the one that stays', async () => {
  const { db } = database;
  await importText(db, csvOf(['f1', 'f2', 'f3', 'f4'].map((id) => ({ id, nom: `Lieu ${id}` }))));
  await db.updateTable('lieu').set({ statut: 'ferme' }).where('id', '=', 'f1').execute();
  await db.updateTable('lieu').set({ statut: 'fusionne', fusionne_dans: 'f3' }).where('id', '=', 'f2').execute();
  await db.updateTable('lieu').set({ statut: 'fusionne', fusionne_dans: 'f4' }).where('id', '=', 'f3').execute();
  const file = csvOf([
    { id: 'f1', nom: 'Lieu f1', telephone: '+33556222222' },
    { id: 'f2', nom: 'Lieu f2', telephone: '+33556222222' },
    { id: 'f4', nom: 'Lieu f4' },
  ]);
  expect((await devenirs(file)).map(({ issue }) => issue).sort()).toEqual(['hors_ligne', 'hors_ligne', 'inchangee']);
  const bilan = await importText(db, file);
  expect(bilan).toMatchObject({ modifiees: 0, inchangees: 1, hors_ligne: 2, depubliees: 0 });
  expect(bilan.rapport.map(({ ligne, message }) => [ligne, message.split(' : ')[0]])).toEqual([
    [2, 'Ce lieu est fermé définitivement'],
    [3, 'Ce lieu a été fusionné dans un autre'],
  ]);
  expect((await lieux()).map(({ statut }) => statut)).toEqual(['ferme', 'fusionne', 'fusionne', 'actif']);
  const proposed = () =>
    db
      .selectFrom('revision_champ')
      .select(['lieu_id', 'champ', 'avant', 'apres'])
      .where('lieu_id', 'like', 'f%')
      .execute();
  const news = { lieu_id: 'f4', champ: 'telephone', avant: '+33556000000', apres: '+33556222222' };
  expect(await proposed()).toEqual([news]);
  expect(await importText(db, file)).toMatchObject({ modifiees: 0, inchangees: 1, hors_ligne: 2, lotId: null });
  expect(await proposed()).toEqual([news]);
  // Emptied, it is news of its own source alone.
  await importText(db, csvOf([{ id: 'f2', nom: 'Lieu f2', telephone: '' }]), { source: 'hub' });
  expect(await proposed()).toEqual([news]);
});

test('what a merged lieu newly says takes the place of nothing that waits on the one that stays', async () => {
  const { db } = database;
  await importText(db, csvOf(['k', 'm'].map((id) => ({ id }))));
  await confirm(db, 'k', { telephone: '+33556111111' });
  await db.updateTable('lieu').set({ statut: 'fusionne', fusionne_dans: 'k' }).where('id', '=', 'm').execute();
  const waiting = () =>
    db
      .selectFrom('revision_champ')
      .innerJoin('revision', (join) =>
        join.onRef('revision.lieu_id', '=', 'revision_champ.lieu_id').onRef('revision.id', '=', 'revision_id'),
      )
      .select(['revision_champ.lieu_id', 'apres'])
      .where('origine', '=', 'import')
      .where('decision', 'is', null)
      .orderBy('revision.id')
      .execute();
  const night = () => importText(db, csvOf([{ id: 'k' }, { id: 'm', telephone: '+33556222222' }]));
  await night();
  const both = await waiting();
  expect(both.map(({ lieu_id, apres }) => [lieu_id, apres])).toEqual([
    ['k', '+33556000000'],
    ['k', '+33556222222'],
  ]);
  await night();
  expect(await waiting()).toEqual(both);
});
