import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { readDecisions, seenName } from '#app/domain/decisions.ts';
import { canOnLieu, type Roles } from '#app/domain/permissions.ts';
import { NO_FILTER } from '#app/domain/queue.ts';
import { reviewItems } from '#app/domain/review.ts';
import { type ReviewServices, saveDecisions } from '#app/http/review.server.ts';
import { loadCommunes } from '#app/reference/communes.ts';
import { listCourriels } from '#db/courriels.ts';
import { findFiche, valuesOf } from '#db/fiches.ts';
import { listJournal } from '#db/journal.ts';
import {
  closeSignalement,
  countQueueByDepartement,
  findNextInQueue,
  findRevision,
  listOwnRevisionFields,
  listQueue,
  listSignalements,
  QUEUE_PAGE,
} from '#db/moderation.ts';
import { listRevisionFields } from '#db/revisions.ts';
import { findRoles } from '#db/utilisateurs.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/database.ts';
import { createLieu, createPerson, DAY, decide, NOW, readLieu, submit, type TestLieu } from './revisions.factory.ts';

let database: TestDatabase;
let national: Roles;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());
beforeEach(async () => {
  await database.db.deleteFrom('lieu').execute();
  national = await createPerson(database.db, { departements: null });
});

const PLACES = {
  bordeaux: { code_insee: '33063', code_postal: '33000', commune: 'Bordeaux' },
  dax: { code_insee: '40088', code_postal: '40100', commune: 'Dax' },
  paris12: { code_insee: '75112', code_postal: '75012', commune: 'Paris' },
  paris12ByPostcode: { code_insee: '75056', code_postal: '75012', commune: 'Paris' },
  ajaccio: { code_insee: '2A004', code_postal: '20000', commune: 'Ajaccio' },
  nouméa: { code_insee: '98818', code_postal: '98800', commune: 'Nouméa' },
  nowhere: { code_insee: null, code_postal: null, commune: null },
};

async function queueOf(roles: Roles, filters = {}, page = 1, now = NOW) {
  return listQueue(database.db, { roles, filters: { ...NO_FILTER, ...filters }, page, now });
}

function services(): ReviewServices {
  return {
    db: database.db,
    now: () => new Date(NOW.getTime() + DAY),
    communes: loadCommunes(),
    settings: { publicUrl: 'https://lieux.exemple.fr' },
  };
}

/** What the page of a revision holds, for someone who reviews. */
async function reviewOf(roles: Roles, { lieuId }: TestLieu, revisionId: number | null) {
  const reference = { lieuId, revisionId: revisionId ?? -1 };
  const fiche = await findFiche(database.db, { id: lieuId, roles, action: 'moderer' });
  const revision = await findRevision(database.db, { roles, ...reference });
  if (!fiche || !revision) throw new Error('nothing to review');
  const fields = await listRevisionFields(database.db, reference);
  return { roles, fiche, revision, items: reviewItems(fields, valuesOf(fiche), new Map()) };
}

function decisionsOf(review: Awaited<ReturnType<typeof reviewOf>>, entries: Record<string, string>) {
  const form = new FormData();
  for (const { seen } of review.items)
    for (const { field, value } of seen) form.set(seenName(field), JSON.stringify(value));
  for (const [name, value] of Object.entries(entries)) form.set(name, value);
  const read = readDecisions(form, review.items);
  if (!read.ok) throw new Error(JSON.stringify(read.errors));
  return read.decisions;
}

test('the queue of each role holds exactly the lieux that it may review, as the rules say of each lieu', async () => {
  const { db } = database;
  const lieux = new Map<string, TestLieu>();
  for (const [name, place] of Object.entries(PLACES)) {
    const lieu = await createLieu(db, place);
    await submit(db, lieu, { nom: `Proposé ${name}` });
    lieux.set(lieu.lieuId, lieu);
  }
  const people = [
    national,
    await createPerson(db, { departements: [] }),
    await createPerson(db, { departements: ['33'] }),
    await createPerson(db, { departements: ['2A', '988'] }),
    await createPerson(db, { territoires: ['region:75'] }),
    await createPerson(db, { territoires: ['departement:40', 'epci:243300316'] }),
    await createPerson(db, { territoires: ['commune:75056'] }),
    await createPerson(db, { territoires: ['commune:75112'] }),
    await createPerson(db, { territoires: ['commune:75111', 'n’importe quoi'] }),
    await createPerson(db, { departements: ['40'], territoires: ['departement:33'] }),
    await createPerson(db),
  ];
  const sizes: number[] = [];
  for (const { utilisateurId } of people) {
    const roles = await findRoles(db, utilisateurId);
    const { revisions, total } = await queueOf(roles);
    const expected: string[] = [];
    for (const [lieuId] of lieux) {
      const row = await readLieu(db, lieuId);
      const allowed = canOnLieu(roles, 'moderer', row);
      if (allowed) expected.push(lieuId);
      const { id } = await db
        .selectFrom('revision')
        .select('id')
        .where('lieu_id', '=', lieuId)
        .executeTakeFirstOrThrow();
      expect((await findRevision(db, { roles, lieuId, revisionId: id })) !== undefined).toBe(allowed);
    }
    expect(revisions.map((r) => r.lieu_id).sort()).toEqual(expected.sort());
    expect(total).toBe(expected.length);
    sizes.push(total);
  }
  expect(sizes).toEqual([7, 0, 1, 2, 2, 2, 2, 2, 0, 2, 0]);
});

test('the riskiest first, then the oldest; filters by département, risk and age; pages', async () => {
  const { db } = database;
  const [first, second] = [await createLieu(db, PLACES.bordeaux), await createLieu(db, PLACES.dax)];
  const hours = await submit(db, first, { horaires: 'Tu 09:00-12:00' }, { at: new Date(NOW.getTime() - 10 * DAY) });
  const rename = await submit(db, second, { nom: 'Autre' }, { at: new Date(NOW.getTime() - 2 * DAY) });
  const older = await submit(db, first, { nom: 'Plus vieux' }, { at: new Date(NOW.getTime() - 3 * DAY) });
  const ids = async (filters = {}) => (await queueOf(national, filters)).revisions.map(({ id }) => id);
  expect(await ids()).toEqual([older.revisionId, rename.revisionId, hours.revisionId]);
  expect(await ids({ departement: '40' })).toEqual([rename.revisionId]);
  expect(await ids({ risque: 'eleve' })).toEqual([older.revisionId, rename.revisionId]);
  expect(await ids({ risque: 'moyen' })).toEqual([]);
  expect(await ids({ risque: 'faible' })).toEqual([hours.revisionId]);
  expect(await ids({ jours: 3 })).toEqual([older.revisionId, hours.revisionId]);
  expect((await queueOf(national, {}, 2)).revisions).toEqual([]);
  expect((await queueOf(national)).revisions[0]).toMatchObject({
    champs: ['nom'],
    attend: true,
    structure: 'Réseau d’essai',
  });
  expect((await queueOf(national)).revisions[2]).toMatchObject({ champs: ['horaires'], attend: false });
  expect(await countQueueByDepartement(db, { roles: national, now: NOW })).toEqual([
    { departement: '33', n: 2 },
    { departement: '40', n: 1 },
  ]);
});

test('going through the queue with “next” passes every revision once, then begins again', async () => {
  const { db } = database;
  for (let n = 0; n < QUEUE_PAGE + 3; n++) {
    const lieu = await createLieu(db, n % 2 === 0 ? PLACES.bordeaux : PLACES.dax);
    await submit(db, lieu, n % 3 === 0 ? { nom: 'Autre' } : { horaires: 'Tu 09:00-12:00' }, {
      at: new Date(NOW.getTime() - (n % 4) * DAY),
    });
  }
  const all = [...(await queueOf(national)).revisions, ...(await queueOf(national, {}, 2)).revisions];
  expect(all).toHaveLength(QUEUE_PAGE + 3);
  const first = all[0];
  if (!first) throw new Error('empty queue');
  let after: { id: number; risque: number; cree_le: Date } = first;
  const seen: number[] = [];
  for (let step = 0; step < all.length; step++) {
    const next = await findNextInQueue(db, { roles: national, filters: NO_FILTER, after, now: NOW });
    const row = all.find(({ id }) => id === next?.id);
    if (!row) throw new Error('not in the queue');
    seen.push(row.id);
    after = row;
  }
  expect(seen).toEqual([...all.slice(1), first].map(({ id }) => id));
  const gironde = { ...NO_FILTER, departement: '33' };
  const next = await findNextInQueue(db, { roles: national, filters: gironde, after: first, now: NOW });
  expect(all.find(({ id }) => id === next?.id)?.departement).toBe('33');
});

test('the author is told by mail, in the same transaction, what was accepted, what was refused and why', async () => {
  const { db } = database;
  const lieu = await createLieu(db);
  const { revisionId } = await submit(db, lieu, { nom: 'Garonne', adresse: '1 Rue Neuve', telephone: '+33556111111' });
  const review = await reviewOf(national, lieu, revisionId);
  const decisions = decisionsOf(review, {
    'decision.nom': 'acceptee',
    'decision.adresse': 'refusee',
    'motif.adresse': 'Cette rue n’existe pas <ici>.',
    'decision.telephone': 'acceptee',
  });
  expect(await saveDecisions(services(), review, decisions)).toEqual({ state: 'enregistre', prevenu: true });
  const [mail, ...others] = await listCourriels(db, { limit: 10 });
  expect(others).toEqual([]);
  expect(mail).toMatchObject({ a: `${lieu.auteurId}@exemple.fr`, objet: 'À corriger\u00a0: Médiathèque Garonne' });
  expect(mail?.texte).toContain('Nom du lieu : acceptée');
  expect(mail?.texte).toContain('Téléphone : acceptée');
  expect(mail?.texte).toContain('Adresse : à corriger. Cette rue n’existe pas <ici>.');
  expect(mail?.texte).toContain(`https://lieux.exemple.fr/espace/lieux/${encodeURIComponent(lieu.lieuId)}/coordonnees`);
  expect(mail?.html).not.toContain('<ici>');
  const own = await listOwnRevisionFields(db, { utilisateurId: lieu.auteurId, now: NOW });
  expect(own).toMatchObject([{ champ: 'adresse', decision: 'refusee', motif: 'Cette rue n’existe pas <ici>.' }]);
  await submit(db, lieu, { adresse: '2 Rue Neuve' });
  const corrected = await listOwnRevisionFields(db, { utilisateurId: lieu.auteurId, now: NOW });
  expect(corrected).toMatchObject([{ champ: 'adresse', decision: null, apres: '2 Rue Neuve' }]);
});

test('of two moderators on the same page, the second is told and nobody is mailed twice', async () => {
  const { db } = database;
  await db.deleteFrom('courriel').execute();
  const lieu = await createLieu(db);
  const { revisionId } = await submit(db, lieu, { nom: 'Garonne' });
  const gironde = await createPerson(db, { departements: ['33'] });
  const pages = [await reviewOf(national, lieu, revisionId), await reviewOf(gironde, lieu, revisionId)];
  const outcomes = await Promise.all(
    pages.map((review, n) =>
      saveDecisions(
        services(),
        review,
        decisionsOf(review, n === 0 ? { tout: 'acceptee' } : { tout: 'refusee', 'motif.tout': 'Non.' }),
      ),
    ),
  );
  expect(outcomes.map(({ state }) => state).sort()).toEqual(['deja', 'enregistre']);
  expect(await listCourriels(db, { limit: 10 })).toHaveLength(1);
  const { lines } = await listJournal(db, { lieuId: lieu.lieuId, page: 1 });
  expect(lines.map(({ action }) => action)).toEqual(['decision', 'modification']);
});

test('a value that moved while the page was open is named, nothing is written, nobody is mailed', async () => {
  const { db } = database;
  await db.deleteFrom('courriel').execute();
  const lieu = await createLieu(db);
  const { revisionId } = await submit(db, lieu, { telephone: '+33556111111' });
  const review = await reviewOf(national, lieu, revisionId);
  await submit(db, lieu, { telephone: '+33556222222' });
  const decisions = decisionsOf(review, { tout: 'refusee', 'motif.tout': 'Non.' });
  expect(await saveDecisions(services(), review, decisions)).toEqual({ state: 'conflit', labels: ['Téléphone'] });
  expect(await readLieu(db, lieu.lieuId)).toMatchObject({ telephone: '+33556222222' });
  expect(await listCourriels(db, { limit: 10 })).toEqual([]);
});

test('a lieu that leaves the territory while the page is open is not found any more', async () => {
  const { db } = database;
  const gironde = await createPerson(db, { departements: ['33'] });
  const lieu = await createLieu(db, PLACES.bordeaux);
  const { revisionId } = await submit(db, lieu, { nom: 'Garonne' });
  const review = await reviewOf(gironde, lieu, revisionId);
  const decisions = decisionsOf(review, { tout: 'acceptee' });
  await submit(db, lieu, PLACES.dax, { moderator: true, auteurId: national.utilisateurId });
  await expect(saveDecisions(services(), review, decisions)).rejects.toMatchObject({ status: 404 });
  expect(await readLieu(db, lieu.lieuId)).toMatchObject({ nom: 'Médiathèque Garonne', departement: '40' });
});

test('an author whose account is gone leaves a revision that can still be decided', async () => {
  const { db } = database;
  const lieu = await createLieu(db);
  const { revisionId } = await submit(db, lieu, { nom: 'Garonne' });
  await db.deleteFrom('utilisateur').where('id', '=', lieu.auteurId).execute();
  const review = await reviewOf(national, lieu, revisionId);
  const outcome = await saveDecisions(services(), review, decisionsOf(review, { tout: 'acceptee' }));
  expect(outcome).toEqual({ state: 'enregistre', prevenu: false });
  expect(await readLieu(db, lieu.lieuId)).toMatchObject({
    nom: 'Garonne',
    provenance: { nom: { source: 'membre', auteur: null } },
  });
});

test('reports are listed and closed within the territory, once', async () => {
  const { db } = database;
  const gironde = await createPerson(db, { departements: ['33'] });
  const [here, there] = [await createLieu(db, PLACES.bordeaux), await createLieu(db, PLACES.dax)];
  const rows = await db
    .insertInto('signalement')
    .values(
      [here, there].map(({ lieuId }, n) => ({ lieu_id: lieuId, numero: `N${n}`, motif: 'horaires', cree_le: NOW })),
    )
    .returning(['id', 'lieu_id'])
    .execute();
  const close = (roles: Roles, index: number, lieuId = rows[index]?.lieu_id ?? '') =>
    db.transaction().execute((trx) =>
      closeSignalement(trx, {
        roles,
        lieuId,
        id: rows[index]?.id ?? -1,
        etat: 'traite',
        reponse: 'Merci.',
        now: NOW,
      }),
    );
  expect((await listSignalements(db, { roles: gironde })).map((row) => row.lieu_id)).toEqual([here.lieuId]);
  expect(await close(gironde, 1)).toBe(false);
  expect(await close(gironde, 1, here.lieuId)).toBe(false);
  expect(await Promise.all([close(gironde, 0), close(national, 0)])).toEqual(expect.arrayContaining([true, false]));
  expect(await listSignalements(db, { roles: gironde })).toEqual([]);
  expect(await listSignalements(db, { roles: national })).toHaveLength(1);
  const { lines } = await listJournal(db, { lieuId: here.lieuId, page: 1 });
  expect(lines).toMatchObject([
    { action: 'signalement_traite', detail: { numero: 'N0', etat: 'traite', reponse: 'Merci.' } },
  ]);
});

test('a revision that is decided leaves the queue', async () => {
  const { db } = database;
  const lieu = await createLieu(db);
  const { revisionId } = await submit(db, lieu, { nom: 'Garonne' });
  await decide(db, { lieuId: lieu.lieuId, revisionId, by: national }, 'refusee');
  expect((await queueOf(national)).total).toBe(0);
});
