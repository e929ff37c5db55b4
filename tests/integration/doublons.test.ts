import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { DoublonFilters } from '#app/domain/doublons/filtres.ts';
import { CERTAIN } from '#app/domain/doublons/score.ts';
import type { Lieu } from '#app/domain/lieu.ts';
import type { Values } from '#app/domain/moderation.ts';
import type { Roles } from '#app/domain/permissions.ts';
import { isSearchDue, searchDoublonsIfDue } from '#app/jobs/doublons.ts';
import {
  countDoublonsByDepartement,
  DOUBLONS_PAGE,
  decideDoublon,
  findDoublon,
  listDecidedDoublons,
  listDoublons,
  reopenDoublon,
  replaceDoublons,
} from '#db/doublons.ts';
import { findPublicFiche } from '#db/fiches.ts';
import { annulerFusion, FusionRefusee, fusionnerLieux } from '#db/fusions.ts';
import { listJournal } from '#db/journal.ts';
import { bookSlot } from '#db/rendez-vous/reservations.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/database.ts';
import { createAgenda, wish } from './rendez-vous.factory.ts';
import { createLieu, createPerson, DAY, NOW, readLieu, submit, type TestLieu, writingAt } from './revisions.factory.ts';

let database: TestDatabase;
let national: Roles;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());
beforeEach(async () => {
  await database.db.deleteFrom('lieu').execute();
  await database.db.deleteFrom('doublon').execute();
  await database.db.deleteFrom('doublon_recherche').execute();
  national = await createPerson(database.db, { departements: null });
});

/** One lieu twice, with what the second says otherwise; neither has a structure. */
async function createPaire(values: Partial<Lieu> = {}) {
  const made = [await createLieu(database.db), await createLieu(database.db, values)];
  await database.db.updateTable('lieu').set({ structure_id: null }).execute();
  const [first, second] = made.sort((a, b) => (a.lieuId < b.lieuId ? -1 : 1));
  if (!first || !second) throw new Error('no pair');
  return { first, second, paire: { lieuId: first.lieuId, autreId: second.lieuId } };
}

const NO_FILTER = { departement: null, certitude: null } as const;

async function search(at: Date = NOW) {
  return searchDoublonsIfDue(database.db, at);
}

const later = (days: number) => new Date(NOW.getTime() + days * DAY);

async function openPaires(roles: Roles = national): Promise<string[][]> {
  const { paires, total } = await listDoublons(database.db, { roles, filters: NO_FILTER, page: 1 });
  expect(total).toBe(paires.length);
  return paires.map(({ lieu_id, autre_id }) => [lieu_id, autre_id]);
}

async function versions(...lieux: TestLieu[]): Promise<Map<string, number>> {
  const rows = await Promise.all(lieux.map(({ lieuId }) => readLieu(database.db, lieuId)));
  return new Map(rows.map(({ id, version }) => [id, version]));
}

async function merge(
  { first, second, paire }: Awaited<ReturnType<typeof createPaire>>,
  {
    garde = first,
    values = {},
    roles = national,
    seen,
  }: { garde?: TestLieu; values?: Values; roles?: Roles; seen?: Map<string, number> } = {},
): Promise<string> {
  const options = {
    paire,
    garde: garde.lieuId,
    values,
    versions: seen ?? (await versions(first, second)),
    roles,
    writing: writingAt(later(1)),
  };
  try {
    await database.db.transaction().execute((trx) => fusionnerLieux(trx, options));
    return 'fait';
  } catch (error) {
    if (error instanceof FusionRefusee) return error.raison;
    throw error;
  }
}

async function unmerge(paire: { lieuId: string; autreId: string }, roles: Roles = national): Promise<string> {
  try {
    await database.db
      .transaction()
      .execute((trx) => annulerFusion(trx, { paire, roles, writing: writingAt(later(2)) }));
    return 'fait';
  } catch (error) {
    if (error instanceof FusionRefusee) return error.raison;
    throw error;
  }
}

test('a search is made once a day and after each import, and writes only what differs', async () => {
  const { db } = database;
  const { paire } = await createPaire({ telephone: '+33556999999' });
  expect(await isSearchDue(db, NOW)).toBe(true);
  expect(await search()).toEqual({ ajoutes: 1, modifies: 0, retires: 0 });
  expect(await isSearchDue(db, NOW)).toBe(false);
  expect(await openPaires()).toEqual([[paire.lieuId, paire.autreId]]);
  expect(await search(new Date(NOW.getTime() + 3_600_000))).toBeNull();
  const before = await db.selectFrom('doublon').selectAll().execute();
  expect(await search(later(1))).toEqual({ ajoutes: 0, modifies: 0, retires: 0 });
  expect(await db.selectFrom('doublon').selectAll().execute()).toEqual(before);
  await db.insertInto('import_lot').values({ fichier: 'a.csv', sha256: '', etat: 'applique', lance_le: NOW }).execute();
  await db.updateTable('lieu').set({ telephone: '+33556000000' }).execute();
  expect(await search(later(1))).toEqual({ ajoutes: 0, modifies: 1, retires: 0 });
  await db.updateTable('import_lot').set({ etat: 'annule' }).execute();
  await db
    .updateTable('lieu')
    .set({ nom: 'Espace des Lices', adresse: '1 quai Nord', telephone: null })
    .where('id', '=', paire.autreId)
    .execute();
  expect(await search(later(1))).toEqual({ ajoutes: 0, modifies: 0, retires: 1 });
});

test('the list can be kept to one département and to one degree of certainty, and each département is counted', async () => {
  const { db } = database;
  const { paire } = await createPaire();
  await search();
  const total = async (filters: Partial<DoublonFilters>) =>
    (await listDoublons(db, { roles: national, filters: { ...NO_FILTER, ...filters }, page: 1 })).total;
  const { departement } = await readLieu(db, paire.lieuId);
  expect(await countDoublonsByDepartement(db, { roles: national })).toEqual([{ departement, n: 1 }]);
  expect(await total({ departement })).toBe(1);
  expect(await total({ departement: '2A' })).toBe(0);
  expect(await total({ certitude: 'certain' })).toBe(1);
  expect(await total({ certitude: 'probable' })).toBe(0);
  await db
    .updateTable('doublon')
    .set({ score: CERTAIN - 1 })
    .execute();
  expect(await total({ certitude: 'probable', departement })).toBe(1);
  const elsewhere = await createPerson(db, { departements: ['2A'] });
  expect(await countDoublonsByDepartement(db, { roles: elsewhere })).toEqual([]);
});

test('several processes that search at once come to one result', async () => {
  await createPaire();
  const counts = await Promise.all([search(), search(), search()]);
  expect(counts.filter((count) => count !== null)).toEqual([{ ajoutes: 1, modifies: 0, retires: 0 }]);
  expect(await openPaires()).toHaveLength(1);
});

test('a pair that was told apart stays so: searched again, its lieu gone and back, its id with other capitals', async () => {
  const { db } = database;
  const { second, paire } = await createPaire();
  await search();
  const decision = { ...paire, etat: 'distinct' as const, roles: national, now: NOW };
  const elsewhere = await createPerson(db, { departements: ['2A'] });
  expect(await decideDoublon(db, { ...decision, roles: elsewhere })).toBe(false);
  expect(await decideDoublon(db, decision)).toBe(true);
  expect(await reopenDoublon(db, { ...paire, etat: 'distinct', roles: elsewhere })).toBe(false);
  expect(await decideDoublon(db, decision)).toBe(false);
  expect(await search(later(1))).toEqual({ ajoutes: 0, modifies: 0, retires: 0 });
  const row = await readLieu(db, second.lieuId);
  await db.deleteFrom('lieu').where('id', '=', second.lieuId).execute();
  expect(await search(later(2))).toEqual({ ajoutes: 0, modifies: 0, retires: 0 });
  const { position, ...columns } = row;
  const back = (id: string) => ({
    ...columns,
    id,
    id_origine: id,
    horaires_intervalles: JSON.stringify(columns.horaires_intervalles),
    permanences: '[]',
    permanences_lues: '{}',
    provenance: '{}',
    valeurs_moderees: '{}',
  });
  await db.insertInto('lieu').values(back(second.lieuId)).execute();
  expect(await search(later(3))).toEqual({ ajoutes: 0, modifies: 0, retires: 0 });
  await db.deleteFrom('lieu').where('id', '=', second.lieuId).execute();
  await db.insertInto('lieu').values(back(second.lieuId.toUpperCase())).execute();
  expect(await search(later(4))).toEqual({ ajoutes: 0, modifies: 0, retires: 0 });
  expect(await openPaires()).toEqual([]);
});

test('a pair is seen by who reviews both lieux, and only while both are there', async () => {
  const { db } = database;
  const { first, paire } = await createPaire();
  await search();
  const gironde = await createPerson(db, { departements: ['33'] });
  const landes = await createPerson(db, { departements: ['40'] });
  expect(await openPaires(gironde)).toHaveLength(1);
  expect(await openPaires(landes)).toEqual([]);
  expect(await findDoublon(db, { roles: landes, ...paire })).toBeUndefined();
  await db.updateTable('lieu').set({ departement: '40' }).where('id', '=', first.lieuId).execute();
  expect(await openPaires(gironde)).toEqual([]);
  expect(await openPaires(landes)).toEqual([]);
  expect(await openPaires()).toHaveLength(1);
  await db.updateTable('lieu').set({ statut: 'masque' }).where('id', '=', first.lieuId).execute();
  expect(await openPaires()).toEqual([]);
  expect(DOUBLONS_PAGE).toBeGreaterThan(1);
});

test('a merge keeps one fiche with the values chosen, and leads the other’s address to it', async () => {
  const { db } = database;
  const made = await createPaire({
    telephone: '+33556999999',
    services: ['Insertion professionnelle via le numérique'],
  });
  const { first, second, paire } = made;
  await search();
  const services = ['Aider aux démarches administratives', 'Insertion professionnelle via le numérique'];
  expect(await merge(made, { values: { telephone: '+33556999999', services, nom: 'Médiathèque Garonne' } })).toBe(
    'fait',
  );
  expect(await readLieu(db, first.lieuId)).toMatchObject({ telephone: '+33556999999', services, statut: 'actif' });
  expect(await readLieu(db, second.lieuId)).toMatchObject({ statut: 'fusionne', fusionne_dans: first.lieuId });
  expect(await findPublicFiche(db, second.lieuId)).toEqual({ fiche: null, fusionneDans: first.lieuId });
  const revision = await db
    .selectFrom('revision')
    .selectAll()
    .where('lieu_id', '=', first.lieuId)
    .executeTakeFirstOrThrow();
  expect(revision).toMatchObject({ origine: 'fusion', etat: 'traitee', auteur_id: national.utilisateurId });
  const { lines } = await listJournal(db, { lieuId: first.lieuId, page: 1 });
  expect(lines[0]).toMatchObject({ action: 'fusion', revision_id: revision.id });
  expect((await listJournal(db, { lieuId: second.lieuId, page: 1 })).lines[0]).toMatchObject({ action: 'fusionne' });
  expect(await openPaires()).toEqual([]);
  const [decided] = await listDecidedDoublons(db, { roles: national });
  expect(decided).toMatchObject({ ...{ lieu_id: paire.lieuId, autre_id: paire.autreId }, etat: 'fusionne' });
  expect(await search(later(2))).toEqual({ ajoutes: 0, modifies: 0, retires: 0 });
});

test('a merge that is undone gives both fiches back, but for what has moved since', async () => {
  const { db } = database;
  const made = await createPaire({ telephone: '+33556999999' });
  const { first, second, paire } = made;
  await search();
  const before = await readLieu(db, first.lieuId);
  const phones = ['+33556999999', '+33556000000'];
  const other = phones.find((phone) => phone !== before.telephone) ?? '';
  expect(await merge(made, { values: { telephone: other, horaires: 'Sa 10:00-12:00', nom: 'Nom commun' } })).toBe(
    'fait',
  );
  await submit(db, { ...first, auteurId: national.utilisateurId }, { nom: 'Nom repris depuis' }, { moderator: true });
  expect(await unmerge(paire)).toBe('fait');
  expect(await readLieu(db, first.lieuId)).toMatchObject({
    telephone: before.telephone,
    horaires: before.horaires,
    nom: 'Nom repris depuis',
    provenance: { nom: { source: 'moderation' } },
  });
  expect(Object.keys(JSON.parse(JSON.stringify((await readLieu(db, first.lieuId)).provenance)))).toEqual(['nom']);
  expect(await readLieu(db, second.lieuId)).toMatchObject({ statut: 'actif', fusionne_dans: null, telephone: other });
  expect(await openPaires()).toEqual([[paire.lieuId, paire.autreId]]);
  expect(await unmerge(paire)).toBe('disparue');
  expect(await merge(made, { garde: second })).toBe('fait');
});

test('who runs the fiche that vanishes runs the one that stays, unless it has someone already', async () => {
  const { db } = database;
  const made = await createPaire();
  const { first, second, paire } = made;
  await search();
  await db.updateTable('lieu').set({ structure_id: second.structureId }).where('id', '=', second.lieuId).execute();
  expect(await merge(made)).toBe('fait');
  expect((await readLieu(db, first.lieuId)).structure_id).toBe(second.structureId);
  expect(await unmerge(paire)).toBe('fait');
  expect((await readLieu(db, first.lieuId)).structure_id).toBeNull();
  await db.updateTable('lieu').set({ structure_id: first.structureId }).where('id', '=', first.lieuId).execute();
  expect(await merge(made)).toBe('structures');
});

test('a search that began before a merge does not open the pair again', async () => {
  const { db } = database;
  const made = await createPaire();
  const { second, paire } = made;
  await search();
  const seen = [{ a: paire.lieuId, b: paire.autreId, score: 90, raisons: ['même nom'] }];
  expect(await merge(made)).toBe('fait');
  await db.transaction().execute((trx) => replaceDoublons(trx, { paires: seen, now: NOW }));
  const [decided] = await listDecidedDoublons(db, { roles: national });
  expect(decided).toMatchObject({ lieu_id: paire.lieuId, etat: 'fusionne' });
  await db.updateTable('lieu').set({ statut: 'actif', fusionne_dans: null }).where('id', '=', second.lieuId).execute();
  await db.transaction().execute((trx) => replaceDoublons(trx, { paires: seen, now: NOW }));
  expect(await openPaires()).toEqual([[paire.lieuId, paire.autreId]]);
});

test('who looks again at a pair from an old page does not lose the merge that somebody made meanwhile', async () => {
  const { db } = database;
  const made = await createPaire();
  const { paire } = made;
  await search();
  expect(await merge(made)).toBe('fait');
  expect(await reopenDoublon(db, { ...paire, etat: 'distinct', roles: national })).toBe(false);
  expect(await listDecidedDoublons(db, { roles: national })).toMatchObject([{ etat: 'fusionne' }]);
  expect(await unmerge(paire)).toBe('fait');
});

test.each(['first', 'second'] as const)(
  'a merge can be undone when the fiche that stayed, the %s of the pair, was merged in its turn',
  async (side) => {
    const { db } = database;
    const made = await createPaire();
    await search();
    const [kept, gone] = side === 'first' ? [made.first, made.second] : [made.second, made.first];
    expect(await merge(made, { garde: kept })).toBe('fait');
    const third = await createLieu(db);
    await db.updateTable('lieu').set({ structure_id: null }).where('id', '=', third.lieuId).execute();
    await search(later(2));
    const [a, b] = kept.lieuId < third.lieuId ? [kept, third] : [third, kept];
    const next = { first: a, second: b, paire: { lieuId: a.lieuId, autreId: b.lieuId } };
    expect(await merge(next, { garde: third })).toBe('fait');
    expect(await unmerge(made.paire)).toBe('fait');
    expect((await readLieu(db, gone.lieuId)).statut).toBe('actif');
    expect((await readLieu(db, kept.lieuId)).fusionne_dans).toBe(third.lieuId);
  },
);

test.each(['changee', 'a_relire', 'rendez_vous', 'disparue'] as const)(
  'a merge is refused, and nothing written: %s',
  async (raison) => {
    const { db } = database;
    const made = await createPaire();
    const { first, second, paire } = made;
    await search();
    const seen = await versions(first, second);
    let roles = national;
    if (raison === 'changee')
      await submit(
        db,
        { ...first, auteurId: national.utilisateurId },
        { telephone: '+33556111111' },
        { moderator: true },
      );
    if (raison === 'a_relire') await submit(db, second, { nom: 'Proposé' });
    if (raison === 'rendez_vous') {
      await db.insertInto('agenda').values({ lieu_id: second.lieuId, cree_le: NOW, modifie_le: NOW }).execute();
    }
    if (raison === 'disparue') roles = await createPerson(db, { departements: ['40'] });
    expect(await merge(made, { roles, seen })).toBe(raison);
    expect(await readLieu(db, second.lieuId)).toMatchObject({ statut: 'actif', fusionne_dans: null });
    expect(await findDoublon(db, { roles: national, ...paire })).toBeDefined();
  },
);

test('a lieu with a booking to come does not vanish, even where it takes no more', async () => {
  const { db } = database;
  const agenda = await createAgenda(db);
  await bookSlot(db, wish(agenda, new Date('2026-06-02T07:00:00Z')));
  await db.updateTable('agenda').set({ actif: false }).execute();
  const other = await createLieu(db);
  await db.updateTable('lieu').set({ structure_id: null }).execute();
  const [lieuId = '', autreId = ''] = [agenda.lieuId, other.lieuId].sort();
  await db
    .insertInto('doublon')
    .values({ lieu_id: lieuId, autre_id: autreId, score: 60, raisons: [], trouve_le: NOW })
    .execute();
  const rows = await Promise.all([readLieu(db, lieuId), readLieu(db, autreId)]);
  const seen = new Map(rows.map(({ id, version }) => [id, version]));
  const attempt = (garde: string, at: Date) =>
    db.transaction().execute((trx) =>
      fusionnerLieux(trx, {
        paire: { lieuId, autreId },
        garde,
        values: {},
        versions: seen,
        roles: national,
        writing: writingAt(at),
      }),
    );
  await expect(attempt(other.lieuId, NOW)).rejects.toMatchObject({ raison: 'rendez_vous' });
  await attempt(agenda.lieuId, NOW);
  expect((await readLieu(db, other.lieuId)).fusionne_dans).toBe(agenda.lieuId);
});
