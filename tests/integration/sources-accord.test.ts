import { expect, test } from 'vitest';
import { traiterDepots } from '#app/jobs/imports.ts';
import { lireSources, suivreSources } from '#app/jobs/sources.ts';
import { appliquerDepot, listPassages } from '#db/source-passages.ts';
import { deleteSource, demanderLecture, findSource, oublierColonnes, updateSource } from '#db/sources.ts';
import { startSource } from '#tests/support/source.ts';
import { csvOf } from './imports.factory.ts';
import { communes, createPerson } from './revisions.factory.ts';
import { accept, declare, log, names, night, prepareSources, rows, scene, services, work } from './sources.factory.ts';

prepareSources();

const LYON = { commune: 'Lyon', code_postal: '69001', code_insee: '69381', latitude: '45.767', longitude: '4.834' };

/** An animateur of Gironde whose organisation is that of the source. */
async function colleague(): Promise<string> {
  return (await createPerson(scene.database.db, { territoires: ['departement:33'] })).utilisateurId;
}

/** Whoever declared the source moderates the whole country from now on. */
async function promote(): Promise<void> {
  const moderateur = { utilisateur_id: scene.personne, departements: null };
  await scene.database.db.insertInto('moderateur').values(moderateur).execute();
}

async function claim(nom: string): Promise<void> {
  const { db } = scene.database;
  const { id } = await db.insertInto('structure').values({ nom: 'Réseau' }).returning('id').executeTakeFirstOrThrow();
  await db.updateTable('lieu').set({ structure_id: id }).where('nom', '=', nom).execute();
}

test('a source keeps to the territory that it was declared for, whatever else whoever declared it moderates by now', async () => {
  scene.server = await startSource({ texte: rows(1), etag: '"a"' });
  const id = await declare();
  await night(1);
  await accept(id);
  await promote();
  scene.server.set({ texte: csvOf([{ id: 'h0' }, { id: 'h1', nom: 'Pôle de Lyon', ...LYON }]), etag: '"b"' });
  await night(2);
  await accept(id);
  expect(await names()).toEqual(['Médiathèque Garonne']);
});

test.each([
  ['who moderates there is written to a claimed lieu', false, ['Espace 0']],
  ['an animateur of there is proposed to it, even where a moderator declared the source', true, ['Lieu 0']],
])('what is accepted by %s', async (_, byColleague, expected) => {
  scene.server = await startSource({ texte: rows(1), etag: '"a"' });
  const id = await declare();
  await night(1);
  await accept(id);
  await claim('Lieu 0');
  await promote();
  scene.server.set({ texte: rows(1, 'Espace'), etag: '"b"' });
  await oublierColonnes(scene.database.db, id);
  await night(2);
  await accept(id, byColleague ? await colleague() : scene.personne);
  expect(await names()).toEqual(expected);
  expect((await scene.database.db.selectFrom('revision').select('id').execute()).length).toBe(byColleague ? 1 : 0);
});

test('files wait again for a person once who accepted them may import no more, then apply by themselves again', async () => {
  scene.server = await startSource({ texte: rows(1), etag: '"a"' });
  const id = await declare();
  await night(1);
  const other = await colleague();
  await accept(id, other);
  scene.server.set({ texte: rows(2), etag: '"b"' });
  await night(2);
  expect(await names()).toHaveLength(2);
  await scene.database.db.deleteFrom('animateur').where('utilisateur_id', '=', other).execute();
  scene.server.set({ texte: rows(3), etag: '"c"' });
  await night(3);
  expect((await log(id)).at(-1)).toEqual(['a_valider', expect.stringContaining('avait accepté ces fichiers')]);
  expect(await names()).toHaveLength(2);
  await accept(id);
  scene.server.set({ texte: rows(4), etag: '"d"' });
  await night(4);
  expect(await names()).toHaveLength(4);
});

test('a role that goes between the trial and the night’s application applies nothing', async () => {
  scene.server = await startSource({ texte: rows(1), etag: '"a"' });
  const id = await declare();
  await night(1);
  const other = await colleague();
  const [last] = await listPassages(scene.database.db, id);
  const file = { id: last?.depot_id ?? '', utilisateurId: other, now: scene.clock };
  expect(await appliquerDepot(scene.database.db, file)).toBe(true);
  await scene.database.db.deleteFrom('animateur').where('utilisateur_id', '=', other).execute();
  await work();
  expect((await log(id)).at(-1)).toEqual(['echec', expect.stringContaining('n’a plus le droit d’importer')]);
  expect(await names()).toEqual([]);
});

test('a source whose territory whoever declared it has left is stopped, and says so', async () => {
  scene.server = await startSource({ texte: rows(1), etag: '"a"' });
  const id = await declare();
  await night(1);
  await accept(id);
  await scene.database.db
    .updateTable('animateur')
    .set({ territoires: ['departement:40'] })
    .where('utilisateur_id', '=', scene.personne)
    .execute();
  scene.server.set({ texte: rows(2), etag: '"b"' });
  await night(2);
  expect((await log(id)).at(-1)).toEqual([
    'arret',
    'La personne qui l’a déclarée n’a plus de droits sur son territoire.',
  ]);
  expect(await findSource(scene.database.db, id)).toMatchObject({ pause_motif: 'role' });
});

/** Says that the newest file of a source is to be applied, before anything is. */
async function askNewest(id: number): Promise<void> {
  const [last] = await listPassages(scene.database.db, id);
  const file = { id: last?.depot_id ?? '', utilisateurId: scene.personne, now: scene.clock };
  await appliquerDepot(scene.database.db, file);
}

/** Changes the address of a source, as its page does. */
async function move(id: number, url: string): Promise<void> {
  const dite = { nom: 'hub', url, jour: null, complet: true, prevenir: null };
  await updateSource(scene.database.db, { id, utilisateurId: scene.personne, ...dite, colonnes: undefined });
}

test('a file on its way when the address changes does not vouch for the new address', async () => {
  scene.server = await startSource({ texte: rows(2), etag: '"a"' });
  const id = await declare();
  await night(1);
  await askNewest(id);
  await move(id, `${scene.server.url}?autre`);
  await work();
  expect(await names()).toHaveLength(2);
  expect(await findSource(scene.database.db, id)).toMatchObject({ validee_le: null, lignes: null });
  scene.server.set({ texte: rows(3), etag: '"b"' });
  await night(2);
  expect((await log(id)).at(-1)?.[0]).toBe('a_valider');
  expect(await names()).toHaveLength(2);
});

test('what is downloaded while the settings change is not kept: it is read anew under those of today', async () => {
  scene.server = await startSource({ texte: rows(2), etag: '"a"' });
  const id = await declare();
  scene.server.set((response) => {
    void oublierColonnes(scene.database.db, id).then(() => response.end(rows(2)));
  });
  await demanderLecture(scene.database.db, { id, now: scene.clock });
  await lireSources(services());
  expect(await log(id)).toEqual([]);
  scene.server.set({ texte: rows(2), etag: '"b"' });
  await work();
  expect((await log(id)).map(([resultat]) => resultat)).toEqual(['a_valider']);
});

test('two people who change an address at once leave one that is not vouched for', async () => {
  scene.server = await startSource({ texte: rows(2), etag: '"a"' });
  const id = await declare();
  await night(1);
  await accept(id);
  const before = await findSource(scene.database.db, id);
  await Promise.all([move(id, `${scene.server.url}?un`), move(id, `${scene.server.url}?deux`)]);
  expect(await findSource(scene.database.db, id)).toMatchObject({
    validee_le: null,
    reglages: (before?.reglages ?? 0) + 2,
  });
});

test('a source that is taken away takes the files that are not applied with it', async () => {
  scene.server = await startSource({ texte: rows(2), etag: '"a"' });
  const id = await declare();
  await night(1);
  await askNewest(id);
  await deleteSource(scene.database.db, { id, now: scene.clock });
  await traiterDepots({ ...services(), communes });
  await suivreSources(services());
  expect(await names()).toEqual([]);
  expect(await scene.database.db.selectFrom('import_depot').select('etat').execute()).toEqual([{ etat: 'abandonne' }]);
});
