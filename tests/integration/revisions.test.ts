import { afterAll, beforeAll, expect, test } from 'vitest';
import { lieuFrom } from '#app/domain/lieu.ts';
import type { Roles } from '#app/domain/permissions.ts';
import { decideRevision, RevisionConflict, RevisionGone } from '#db/revisions.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/database.ts';
import {
  createLieu,
  createPerson,
  DAY,
  decide,
  fieldsOf,
  NOW,
  readLieu,
  submit,
  writingAt,
} from './revisions.factory.ts';

let database: TestDatabase;
let moderator: Roles;
beforeAll(async () => {
  database = await createTestDatabase();
  moderator = await createPerson(database.db, { departements: null });
});
afterAll(() => database.drop());

function journalOf(lieuId: string) {
  return database.db.selectFrom('journal').selectAll().where('lieu_id', '=', lieuId).orderBy('id').execute();
}

test('a verified member’s telephone is live at once, the name waits, and both are in the queue', async () => {
  const { db } = database;
  const lieu = await createLieu(db);
  const saved = await submit(db, lieu, { telephone: '+33556111111', nom: 'Garonne numérique' });
  expect(saved).toEqual({ revisionId: expect.any(Number), live: ['telephone'], waiting: ['nom'] });
  const row = await readLieu(db, lieu.lieuId);
  expect(row).toMatchObject({
    telephone: '+33556111111',
    nom: 'Médiathèque Garonne',
    version: 2,
    date_maj: '2026-06-01',
  });
  expect(row.provenance).toMatchObject({
    telephone: { source: 'membre', auteur: lieu.auteurId, le: NOW.toISOString(), confirme_le: NOW.toISOString() },
  });
  expect(row.provenance).not.toHaveProperty('nom');
  expect(row.confirme_le).toEqual(NOW);
  expect(await journalOf(lieu.lieuId)).toMatchObject([
    {
      action: 'modification',
      acteur_id: lieu.auteurId,
      detail: {
        en_ligne: [{ champ: 'telephone', avant: '+33556000000', apres: '+33556111111' }],
        en_attente: [{ champ: 'nom', avant: 'Médiathèque Garonne', apres: 'Garonne numérique' }],
      },
    },
  ]);
});

test('accepting applies exactly the accepted fields, adds 1 to the version and keeps whose they are', async () => {
  const { db } = database;
  const lieu = await createLieu(db);
  const before = await readLieu(db, lieu.lieuId);
  const { revisionId } = await submit(db, lieu, { nom: 'Garonne numérique', adresse: '14 Rue des Écoles' });
  expect((await readLieu(db, lieu.lieuId)).version).toBe(1);
  const result = await decide(
    db,
    { lieuId: lieu.lieuId, revisionId, by: moderator },
    { nom: 'acceptee', adresse: 'refusee' },
  );
  expect(result).toEqual({ auteurId: lieu.auteurId, closed: true });
  const after = await readLieu(db, lieu.lieuId);
  expect(lieuFrom(after)).toEqual({ ...lieuFrom(before), nom: 'Garonne numérique', date_maj: '2026-06-02' });
  expect(after).toMatchObject({ version: 2, recherche: 'garonne numerique bordeaux', confirme_le: NOW });
  expect(after.provenance).toEqual({
    nom: {
      source: 'membre',
      auteur: lieu.auteurId,
      le: '2026-06-02T08:00:00.000Z',
      confirme_le: NOW.toISOString(),
    },
  });
  expect(await fieldsOf(db, lieu.lieuId, revisionId)).toMatchObject({
    nom: { decision: 'acceptee', motif: null },
    adresse: { decision: 'refusee', motif: 'Nous n’avons pas pu le vérifier.' },
  });
  const revision = await db.selectFrom('revision').selectAll().where('id', '=', revisionId).executeTakeFirstOrThrow();
  expect(revision).toMatchObject({
    etat: 'traitee',
    traitee_par: moderator.utilisateurId,
    traitee_le: new Date(NOW.getTime() + DAY),
  });
  expect((await journalOf(lieu.lieuId)).at(-1)).toMatchObject({
    action: 'decision',
    acteur_id: moderator.utilisateurId,
    revision_id: revisionId,
    detail: {
      decisions: [
        { champ: 'nom', decision: 'acceptee', motif: null, avant: 'Médiathèque Garonne', apres: 'Garonne numérique' },
        { champ: 'adresse', decision: 'refusee', motif: 'Nous n’avons pas pu le vérifier.' },
      ],
    },
  });
});

test('decided in two goes, a revision stays open until its last field', async () => {
  const { db } = database;
  const lieu = await createLieu(db);
  const { revisionId } = await submit(db, lieu, { nom: 'Un', adresse: '1 Rue Neuve' });
  const target = { lieuId: lieu.lieuId, revisionId, by: moderator };
  expect(await decide(db, target, { nom: 'acceptee' })).toMatchObject({ closed: false });
  expect(await fieldsOf(db, lieu.lieuId, revisionId)).toMatchObject({ adresse: { decision: null } });
  expect(await decide(db, target, { adresse: 'acceptee' })).toMatchObject({ closed: true });
  expect(await readLieu(db, lieu.lieuId)).toMatchObject({ nom: 'Un', adresse: '1 Rue Neuve', version: 3 });
});

test('a live value that is accepted stays as it is, without a new version', async () => {
  const { db } = database;
  const lieu = await createLieu(db);
  const { revisionId } = await submit(db, lieu, { telephone: '+33556111111' });
  await decide(db, { lieuId: lieu.lieuId, revisionId, by: moderator }, 'acceptee');
  expect(await readLieu(db, lieu.lieuId)).toMatchObject({
    telephone: '+33556111111',
    version: 2,
    date_maj: '2026-06-01',
  });
});

test('a live value that is refused goes back with all that follows from it, and is not taken for confirmed by the member', async () => {
  const { db } = database;
  const lieu = await createLieu(db);
  const { revisionId } = await submit(db, lieu, { telephone: '+33556111111', horaires: 'Tu 14:00-18:00' });
  await decide(db, { lieuId: lieu.lieuId, revisionId, by: moderator }, 'refusee');
  const row = await readLieu(db, lieu.lieuId);
  expect(row).toMatchObject({ telephone: '+33556000000', horaires: 'Mo-Fr 09:00-12:00', version: 3, confirme_le: NOW });
  expect(row.horaires_intervalles).toMatchObject({
    etat: 'lu',
    semaine: [[[540, 720]], [[540, 720]], [[540, 720]], [[540, 720]], [[540, 720]], [], []],
  });
  expect(row.provenance).toEqual({});
});

test('a value that a member had confirmed is theirs again, to the instant, after refusals in any order', async () => {
  const { db } = database;
  for (const order of [
    [1, 2],
    [2, 1],
  ]) {
    const lieu = await createLieu(db);
    const { utilisateurId: colleague } = await createPerson(db);
    const ids = [
      await submit(db, lieu, { telephone: '+33556111111' }),
      await submit(
        db,
        lieu,
        { telephone: '+33556222222' },
        { auteurId: colleague, at: new Date(NOW.getTime() + 1000) },
      ),
      await submit(
        db,
        lieu,
        { telephone: '+33556333333' },
        { auteurId: colleague, at: new Date(NOW.getTime() + 2000) },
      ),
    ].map(({ revisionId }) => revisionId);
    for (const index of order) {
      await decide(db, { lieuId: lieu.lieuId, revisionId: ids[index] ?? null, by: moderator }, 'refusee');
    }
    const row = await readLieu(db, lieu.lieuId);
    expect(row.telephone).toBe('+33556111111');
    expect(row.provenance).toEqual({
      telephone: { source: 'membre', auteur: lieu.auteurId, le: NOW.toISOString(), confirme_le: NOW.toISOString() },
    });
  }
});

test('a live value that is refused after it has moved again stays; refusing the later one goes back to before both', async () => {
  const { db } = database;
  const lieu = await createLieu(db);
  const first = await submit(db, lieu, { telephone: '+33556111111' });
  const second = await submit(db, lieu, { telephone: '+33556222222' });
  await decide(db, { ...lieu, revisionId: first.revisionId, by: moderator }, 'refusee');
  expect(await readLieu(db, lieu.lieuId)).toMatchObject({ telephone: '+33556222222', version: 3 });
  await decide(db, { ...lieu, revisionId: second.revisionId, by: moderator }, 'refusee');
  expect(await readLieu(db, lieu.lieuId)).toMatchObject({ telephone: '+33556000000', version: 4 });
});

test('refused newest first, each live value goes back to the one before it', async () => {
  const { db } = database;
  const lieu = await createLieu(db);
  const first = await submit(db, lieu, { telephone: '+33556111111' });
  const second = await submit(db, lieu, { telephone: '+33556222222' });
  await decide(db, { ...lieu, revisionId: second.revisionId, by: moderator }, 'refusee');
  expect((await readLieu(db, lieu.lieuId)).telephone).toBe('+33556111111');
  await decide(db, { ...lieu, revisionId: first.revisionId, by: moderator }, 'refusee');
  expect((await readLieu(db, lieu.lieuId)).telephone).toBe('+33556000000');
});

test('two moderators decide the same revision at once: one wins, the other is told, and it is applied once', async () => {
  const { db } = database;
  const other = await createPerson(db, { departements: ['33'] });
  for (let round = 0; round < 5; round++) {
    const lieu = await createLieu(db);
    const { revisionId } = await submit(db, lieu, { nom: 'Un nom', telephone: '+33556111111' });
    const results = await Promise.allSettled([
      decide(db, { ...lieu, revisionId, by: moderator }, 'acceptee'),
      decide(db, { ...lieu, revisionId, by: other }, 'refusee'),
    ]);
    const lost = results.filter((r) => r.status === 'rejected');
    expect(lost.map((r) => r.reason)).toEqual([expect.any(RevisionGone)]);
    const accepted = results[0].status === 'fulfilled';
    expect(await readLieu(db, lieu.lieuId)).toMatchObject({
      nom: accepted ? 'Un nom' : 'Médiathèque Garonne',
      telephone: accepted ? '+33556111111' : '+33556000000',
      version: 3,
    });
    const decisions = (await journalOf(lieu.lieuId)).filter(({ action }) => action === 'decision');
    expect(decisions).toHaveLength(1);
  }
});

test('a decision that names a field decided meanwhile writes nothing at all', async () => {
  const { db } = database;
  const lieu = await createLieu(db);
  const { revisionId } = await submit(db, lieu, { nom: 'Un', adresse: '1 Rue Neuve' });
  const target = { lieuId: lieu.lieuId, revisionId, by: moderator };
  await decide(db, target, { nom: 'acceptee' });
  const decisions = [
    { field: 'nom', decision: 'refusee', motif: 'Non', seen: 'Un' },
    { field: 'adresse', decision: 'refusee', motif: 'Non', seen: '12 Rue des Écoles' },
  ] as const;
  await expect(
    db.transaction().execute((trx) =>
      decideRevision(trx, {
        lieuId: lieu.lieuId,
        revisionId: revisionId ?? -1,
        decisions,
        moderateurId: moderator.utilisateurId,
        writing: writingAt(),
      }),
    ),
  ).rejects.toThrow(RevisionGone);
  expect(await fieldsOf(db, lieu.lieuId, revisionId)).toMatchObject({
    nom: { decision: 'acceptee' },
    adresse: { decision: null },
  });
});

test('a value that moved since the moderator saw it is a conflict that names it, and nothing is written', async () => {
  const { db } = database;
  const lieu = await createLieu(db);
  const { revisionId } = await submit(db, lieu, { nom: 'Proposé' });
  await submit(db, lieu, { nom: 'Par un modérateur' }, { moderator: true, auteurId: moderator.utilisateurId });
  const decision = db.transaction().execute((trx) =>
    decideRevision(trx, {
      lieuId: lieu.lieuId,
      revisionId: revisionId ?? -1,
      decisions: [{ field: 'nom', decision: 'acceptee', motif: null, seen: 'Médiathèque Garonne' }],
      moderateurId: moderator.utilisateurId,
      writing: writingAt(),
    }),
  );
  await expect(decision).rejects.toThrow(RevisionConflict);
  await decision.catch((error: unknown) =>
    expect(error).toMatchObject({
      fields: [{ field: 'nom', base: 'Médiathèque Garonne', mine: 'Proposé', theirs: 'Par un modérateur' }],
    }),
  );
  expect(await readLieu(db, lieu.lieuId)).toMatchObject({ nom: 'Par un modérateur', version: 2 });
  expect(await fieldsOf(db, lieu.lieuId, revisionId)).toMatchObject({ nom: { decision: null } });
});

test('with MODERATION=stricte, and from a membership not yet accepted, everything waits and nothing is written', async () => {
  const { db } = database;
  const lieu = await createLieu(db);
  const strict = await submit(db, lieu, { telephone: '+33556111111' }, { mode: 'stricte' });
  expect(strict).toMatchObject({ live: [], waiting: ['telephone'] });
  const unverified = await submit(db, lieu, { presentation_resume: 'Bonjour.' }, { verified: false });
  expect(unverified).toMatchObject({ live: [], waiting: ['presentation_resume'] });
  expect(await readLieu(db, lieu.lieuId)).toMatchObject({
    version: 1,
    telephone: '+33556000000',
    provenance: {},
    confirme_le: null,
  });
});

test('somebody else changed the same field meanwhile: a conflict that shows the three values, nothing written', async () => {
  const { db } = database;
  const lieu = await createLieu(db);
  const base = lieuFrom(await readLieu(db, lieu.lieuId));
  await submit(db, lieu, { telephone: '+33556111111' });
  const late = submit(db, lieu, { telephone: '+33556222222', complement_adresse: '2e étage' }, { base });
  await expect(late).rejects.toThrow(RevisionConflict);
  await late.catch((error: unknown) =>
    expect(error).toMatchObject({
      fields: [{ field: 'telephone', base: '+33556000000', mine: '+33556222222', theirs: '+33556111111' }],
    }),
  );
  expect(await readLieu(db, lieu.lieuId)).toMatchObject({
    telephone: '+33556111111',
    complement_adresse: null,
    version: 2,
  });
});

test('other fields that moved meanwhile are no conflict, nor is the same value, nor a list in another order', async () => {
  const { db } = database;
  const lieu = await createLieu(db, { frais_a_charge: ['Gratuit', 'Payant'] });
  const base = lieuFrom(await readLieu(db, lieu.lieuId));
  await submit(db, lieu, { telephone: '+33556111111' });
  const saved = await submit(
    db,
    lieu,
    { telephone: '+33556111111', frais_a_charge: ['Payant', 'Gratuit'], complement_adresse: '2e étage' },
    { base },
  );
  expect(saved).toMatchObject({ live: ['complement_adresse'], waiting: [] });
});

test('a save that changes nothing leaves no trace', async () => {
  const { db } = database;
  const lieu = await createLieu(db);
  expect(await submit(db, lieu, { telephone: '+33556000000', complement_adresse: '' })).toEqual({
    revisionId: null,
    live: [],
    waiting: [],
  });
  expect(await journalOf(lieu.lieuId)).toEqual([]);
});

test('what the system keeps cannot be changed by a form', async () => {
  const { db } = database;
  const lieu = await createLieu(db);
  const saved = await submit(db, lieu, { id: 'autre', source: 'moi', date_maj: '2030-01-01' });
  expect(saved.revisionId).toBeNull();
});

test('the author’s newer value takes the place of the waiting one; others’ values stay in the queue', async () => {
  const { db } = database;
  const lieu = await createLieu(db);
  const { utilisateurId: colleague } = await createPerson(db);
  const first = await submit(db, lieu, { nom: 'Premier', adresse: '1 Rue Neuve' });
  const other = await submit(db, lieu, { nom: 'D’une collègue' }, { auteurId: colleague });
  const second = await submit(db, lieu, { nom: 'Second' });
  expect(await fieldsOf(db, lieu.lieuId, first.revisionId)).toMatchObject({
    nom: { decision: 'remplacee' },
    adresse: { decision: null },
  });
  const third = await submit(db, lieu, { adresse: '2 Rue Neuve' });
  const etats = await database.db
    .selectFrom('revision')
    .select(['id', 'etat'])
    .where('lieu_id', '=', lieu.lieuId)
    .orderBy('id')
    .execute();
  expect(etats).toEqual([
    { id: first.revisionId, etat: 'retiree' },
    { id: other.revisionId, etat: 'ouverte' },
    { id: second.revisionId, etat: 'ouverte' },
    { id: third.revisionId, etat: 'ouverte' },
  ]);
  await expect(decide(db, { ...lieu, revisionId: first.revisionId, by: moderator }, 'acceptee')).rejects.toThrow(
    RevisionGone,
  );
});

test('odd weeks and public holidays follow a change of hours, and of place', async () => {
  const { db } = database;
  const lieu = await createLieu(db);
  const dated = () =>
    db.selectFrom('ouverture_datee').select('jour').where('lieu_id', '=', lieu.lieuId).orderBy('jour').execute();
  await submit(db, lieu, { horaires: 'Mo-Fr 09:00-12:00; week 1-53/2 Tu 14:00-17:00; PH off' });
  const first = await dated();
  expect(first.length).toBeGreaterThan(20);
  await submit(db, lieu, { telephone: '+33556111111' }, { at: new Date(NOW.getTime() + 60 * DAY) });
  const later = await dated();
  expect(later[0]?.jour && later[0].jour >= '2026-07-31').toBe(true);
  expect(later.at(-1)?.jour && first.at(-1) && later.at(-1)?.jour).not.toBe(first.at(-1)?.jour);
  await submit(db, lieu, { horaires: 'Mo-Fr 09:00-12:00' });
  expect(await dated()).toEqual([]);
});

test('of forty people who change one field at once from the same base, one succeeds and the others see the conflict', async () => {
  const { db } = database;
  const lieu = await createLieu(db);
  const base = lieuFrom(await readLieu(db, lieu.lieuId));
  const results = await Promise.allSettled(
    Array.from({ length: 40 }, (_, n) => submit(db, lieu, { complement_adresse: `Porte ${n}` }, { base })),
  );
  const kept = results.filter((r) => r.status === 'fulfilled');
  const refused = results.filter((r) => r.status === 'rejected');
  expect(kept).toHaveLength(1);
  expect(refused.every((r) => r.reason instanceof RevisionConflict)).toBe(true);
  expect(await readLieu(db, lieu.lieuId)).toMatchObject({ version: 2 });
});
