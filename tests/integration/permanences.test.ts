import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ouvertureOfLieu } from '#app/domain/aide.ts';
import { formatLocalDate } from '#app/domain/horaires/dates.ts';
import { joinStored, readStored, readStoredIntervals } from '#app/domain/horaires/stored-form.ts';
import { listVenues } from '#app/domain/passages.ts';
import { emptyEtape, emptyPermanence, type Permanence, readStoredPermanences } from '#app/domain/permanences.ts';
import type { Roles } from '#app/domain/permissions.ts';
import { reviewItems } from '#app/domain/review.ts';
import { readAides } from '#app/http/fiche-aides.server.ts';
import { describeShown } from '#app/http/permanences.server.ts';
import { loadCommunes } from '#app/reference/communes.ts';
import { type Fiche, findFiche, findStoredPermanences, lockFiche, valuesOf } from '#db/fiches.ts';
import { findHorairesLus, renewHorairesLus } from '#db/horaires-lus.ts';
import { annulerImport } from '#db/imports-annulation.ts';
import { findLieuPublie, streamLieuxForCarte } from '#db/lieux-publies.ts';
import { listOwnRevisionFields } from '#db/moderation.ts';
import { listRevisionFields, RevisionConflict } from '#db/revisions.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/database.ts';
import { csvOf, importText } from './imports.factory.ts';
import { createLieu, createPerson, decide, NOW, readLieu, submit, type TestLieu } from './revisions.factory.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const mardi: Permanence = { ...emptyPermanence('0000000a'), horaires: 'Tu 09:00-12:00; PH off' };
const jeudi: Permanence = { ...emptyPermanence('0000000b'), horaires: 'Th[1] 14:00-17:00', precision: 'Bureau 2' };
const arret: Permanence = {
  ...emptyPermanence('0000000c'),
  horaires: 'We 09:30-12:00; PH off',
  etape: {
    ...emptyEtape(),
    ...{ nom: 'Place du marché', code_postal: '33210', commune: 'Langon', code_insee: '33227' },
    ...{ latitude: 44.5541, longitude: -0.2487 },
  },
};

async function permanencesOf({ lieuId }: TestLieu) {
  return readStoredPermanences((await readLieu(database.db, lieuId)).permanences);
}

/** Help in the lieu and stops elsewhere, from what is stored alone, as a public page has them. */
async function helpOf({ lieuId }: TestLieu, instant: string) {
  const { permanences, permanences_lues, fuseau } = await readLieu(database.db, lieuId);
  const datees = await findStoredPermanences(database.db, { lieuId, from: instant.slice(0, 10) });
  const read = readStoredPermanences(permanences).map((permanence) => {
    const days = (datees.get(permanence.id) ?? []).map(({ jour, intervalles }) => ({
      jour,
      intervalles: readStoredIntervals(intervalles),
    }));
    return { permanence, horaires: joinStored(readStored(Object(permanences_lues)[permanence.id]), null, days) };
  });
  return { ...readAides(read, fuseau), fuseau };
}

/** Whether help is there, in the lieu itself, at an instant. */
async function aideAt(lieu: TestLieu, instant: string): Promise<string> {
  const { aides, fuseau } = await helpOf(lieu, instant);
  const seen = { sansPublic: false, injoignable: false, fuseau, horaires: null, aides, passages: [] };
  return ouvertureOfLieu(seen, new Date(instant)).state;
}

/** The next two comings of its stops. */
async function venuesOf(lieu: TestLieu, instant = '2026-06-01T10:00:00+02:00') {
  const { passages } = await helpOf(lieu, instant);
  return listVenues(passages, new Date(instant), { count: 2 }).map(({ passage, day, debut, fin, incertain }) => ({
    ...{ id: passage.permanence.id, jour: formatLocalDate(day), debut, fin, incertain },
    ...{ fuseau: passage.fuseau, commune: passage.etape.commune, latitude: passage.etape.latitude },
  }));
}

async function forCarte({ lieuId }: TestLieu) {
  for await (const rows of streamLieuxForCarte(database.db, { du: '2026-06-01', au: '2026-06-21' })) {
    const found = rows.find(({ row }) => row.id === lieuId);
    if (found) return { ...found, ...found.row };
  }
  return undefined;
}

test('permanences of a verified structure go live at once, are parsed then, and are all there for the public side', async () => {
  const lieu = await createLieu(database.db);
  const saved = await submit(database.db, lieu, { permanences: [mardi, jeudi, arret] });
  expect(saved).toMatchObject({ live: ['permanences'], waiting: [] });
  const row = await readLieu(database.db, lieu.lieuId);
  expect(row.version).toBe(2);
  expect(row.provenance).toMatchObject({ permanences: { source: 'membre', auteur: lieu.auteurId } });
  expect(Object.keys(Object(row.permanences_lues)).sort()).toEqual(['0000000a', '0000000b', '0000000c']);

  expect(await aideAt(lieu, '2026-06-02T09:30:00+02:00')).toBe('ouvert');
  expect(await aideAt(lieu, '2026-06-04T15:00:00+02:00')).toBe('ouvert');
  expect(await aideAt(lieu, '2026-06-11T15:00:00+02:00')).toBe('ferme');
  // The lieu is open, nobody is there to help; the stop of the tournée is elsewhere.
  expect(await aideAt(lieu, '2026-06-03T09:45:00+02:00')).toBe('ferme');

  expect((await findLieuPublie(database.db, lieu.lieuId))?.permanences).toEqual([mardi, jeudi, arret]);
  const carte = await forCarte(lieu);
  expect(carte?.aides).toEqual({ permanences: row.permanences, lues: row.permanences_lues });
  expect([...(carte?.permanences_datees ?? [])]).toMatchObject([
    ['0000000b', [{ jour: '2026-06-04', intervalles: [[840, 1020]] }]],
  ]);
  expect(carte?.ouvertures).toEqual([]);

  const datees = await findStoredPermanences(database.db, { lieuId: lieu.lieuId, from: '2026-06-01' });
  expect([...datees.keys()]).toEqual(['0000000b']);
  expect(datees.get('0000000b')).toHaveLength(14);
  const venue = { id: '0000000c', debut: 570, fin: 720, incertain: false, fuseau: 'Europe/Paris' };
  const langon = { commune: 'Langon', latitude: 44.5541 };
  expect(await venuesOf(lieu)).toEqual([
    { ...venue, ...langon, jour: '2026-06-03' },
    { ...venue, ...langon, jour: '2026-06-10' },
  ]);
});

test('permanences that are taken away leave nothing behind', async () => {
  const lieu = await createLieu(database.db);
  await submit(database.db, lieu, { permanences: [mardi, jeudi, arret] });
  await submit(database.db, lieu, { permanences: [] });
  const row = await readLieu(database.db, lieu.lieuId);
  expect(row).toMatchObject({ permanences: [], permanences_lues: {} });
  const left = database.db.selectFrom('permanence_datee').select('jour').where('lieu_id', '=', lieu.lieuId);
  expect(await left.execute()).toEqual([]);
});

test('a change of another field keeps the permanences, and moves their clock with the lieu', async () => {
  const lieu = await createLieu(database.db);
  await submit(database.db, lieu, { permanences: [mardi] });
  const { revisionId } = await submit(database.db, lieu, {
    commune: 'Saint-Denis',
    code_postal: '97400',
    code_insee: '97411',
    latitude: null,
    longitude: null,
  });
  const moderator = await createPerson(database.db, { departements: null });
  await decide(database.db, { lieuId: lieu.lieuId, revisionId, by: moderator }, 'acceptee');
  expect(await permanencesOf(lieu)).toEqual([mardi]);
  expect(await aideAt(lieu, '2026-06-02T05:30:00Z')).toBe('ouvert');
  expect(await aideAt(lieu, '2026-06-02T09:30:00Z')).toBe('ferme');
  // 20 December is a holiday there, and nowhere else.
  expect(await aideAt(lieu, '2026-12-20T05:30:00Z')).toBe('ferme');
});

test('a dispositif that the lieu has not been granted waits for a moderator, whose acceptance puts it online', async () => {
  const lieu = await createLieu(database.db);
  const claim = { ...mardi, dispositif: 'France Services' };
  const { waiting, revisionId } = await submit(database.db, lieu, { permanences: [claim] });
  expect(waiting).toEqual(['permanences']);
  expect(await permanencesOf(lieu)).toEqual([]);
  const moderator = await createPerson(database.db, { departements: ['33'] });
  await decide(database.db, { lieuId: lieu.lieuId, revisionId, by: moderator }, 'acceptee');
  expect(await permanencesOf(lieu)).toEqual([claim]);
  // Seen once, it may be given other hours at once.
  const moved = { ...claim, horaires: 'We 09:00-12:00' };
  expect(await submit(database.db, lieu, { permanences: [moved] })).toMatchObject({ waiting: [] });
});

test('hours that wait for a moderator are said to who wrote them, not those that they would replace, as they were read then', async () => {
  const lieu = await createLieu(database.db);
  const { revisionId: first } = await submit(database.db, lieu, { permanences: [mardi, jeudi] });
  const waits = [{ ...mardi, horaires: 'We 10:00-11:00', dispositif: 'France Services' }, jeudi];
  const { revisionId, waiting } = await submit(database.db, lieu, { permanences: waits });
  expect(waiting).toEqual(['permanences']);
  const toldBy = async (id: number | null) =>
    describeShown({
      shown: waits,
      lus: await findHorairesLus(database.db, { lieuId: lieu.lieuId, revisionIds: [id ?? 0] }),
    }).map(({ texte }) => texte);
  const texts = await toldBy(revisionId);
  expect(texts[0]).toMatch(/^Mercredi\s: 10\sh\s–\s11\sh\.$/);
  expect(texts[1]).toContain('1er jeudi du mois');
  expect((await toldBy(first))[0]).toMatch(/^«\sWe 10:00-11:00\s»\.$/);
  // One that was written before hours were kept with revisions is read at night.
  await database.db
    .updateTable('revision_champ')
    .set({ horaires_lus: null })
    .where('revision_id', '=', revisionId ?? 0)
    .execute();
  expect((await toldBy(revisionId))[0]).toMatch(/^«\sWe 10:00-11:00\s»\.$/);
  await renewHorairesLus(database.db);
  expect(await toldBy(revisionId)).toEqual(texts);
});

test('stops move freely within 50 km of their lieu; small steps do not take one further unseen', async () => {
  const lieu = await createLieu(database.db);
  const at = (latitude: number) => ({
    ...arret,
    etape: { ...emptyEtape(), ...arret.etape, latitude, longitude: -0.58 },
  });
  expect(await submit(database.db, lieu, { permanences: [at(44.5)] })).toMatchObject({ waiting: [] });
  expect(await submit(database.db, lieu, { permanences: [at(44.42)] })).toMatchObject({ waiting: [] });
  expect(await submit(database.db, lieu, { permanences: [at(44.3)] })).toMatchObject({ waiting: ['permanences'] });
});

test('a refusal takes the former permanences back, with their openings and their provenance', async () => {
  const lieu = await createLieu(database.db);
  await submit(database.db, lieu, { permanences: [mardi] });
  const before = await readLieu(database.db, lieu.lieuId);
  const { revisionId } = await submit(database.db, lieu, { permanences: [jeudi, arret] });
  const moderator = await createPerson(database.db, { departements: ['33'] });
  await decide(database.db, { lieuId: lieu.lieuId, revisionId, by: moderator }, 'refusee', { motif: 'Qui vient ?' });
  const after = await readLieu(database.db, lieu.lieuId);
  expect(after.permanences).toEqual(before.permanences);
  expect(after.provenance).toEqual(before.provenance);
  expect(await aideAt(lieu, '2026-06-02T09:30:00+02:00')).toBe('ouvert');
  expect(await venuesOf(lieu)).toEqual([]);
  const told = await listOwnRevisionFields(database.db, {
    utilisateurId: lieu.auteurId,
    lieuId: lieu.lieuId,
    now: NOW,
  });
  expect(told).toMatchObject([{ champ: 'permanences', decision: 'refusee', motif: 'Qui vient ?' }]);
});

test('the same permanences in another order of keys change nothing', async () => {
  const lieu = await createLieu(database.db);
  await submit(database.db, lieu, { permanences: [mardi] });
  const { etape, services, ...rest } = mardi;
  expect(await submit(database.db, lieu, { permanences: [{ services, etape, ...rest }] })).toMatchObject({
    revisionId: null,
  });
});

test('two people change permanences from the same page: the second is shown what the first wrote, and overwrites nothing', async () => {
  const lieu = await createLieu(database.db);
  await submit(database.db, lieu, { permanences: [mardi] });
  const seen = { permanences: [mardi], telephone: '+33556000000' };
  await submit(database.db, lieu, { permanences: [mardi, jeudi] }, { base: seen });
  const second = submit(database.db, lieu, { permanences: [arret] }, { base: seen });
  await expect(second).rejects.toThrow(RevisionConflict);
  await expect(second).rejects.toMatchObject({
    fields: [{ field: 'permanences', base: [mardi], mine: [arret], theirs: [mardi, jeudi] }],
  });
  expect(await permanencesOf(lieu)).toEqual([mardi, jeudi]);
  // Somebody who edits another field from that page meets nobody.
  expect(
    await submit(
      database.db,
      lieu,
      { services: [] },
      { base: { ...seen, services: ['Aider aux démarches administratives'] } },
    ),
  ).toMatchObject({ live: ['services'] });
});

test('of many who save at the very same time, one has it and the others are told', async () => {
  const lieu = await createLieu(database.db);
  const base = { permanences: [] };
  const results = await Promise.allSettled(
    Array.from({ length: 8 }, (_, index) =>
      submit(database.db, lieu, { permanences: [{ ...mardi, precision: `Bureau ${index}` }] }, { base }),
    ),
  );
  expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  for (const result of results)
    if (result.status === 'rejected') expect(result.reason).toBeInstanceOf(RevisionConflict);
  expect((await readLieu(database.db, lieu.lieuId)).version).toBe(2);
  expect(await permanencesOf(lieu)).toHaveLength(1);
});

test('before a membership is accepted, and where everything waits, permanences wait too', async () => {
  const lieu = await createLieu(database.db);
  expect(await submit(database.db, lieu, { permanences: [mardi] }, { verified: false })).toMatchObject({ live: [] });
  expect(await submit(database.db, lieu, { permanences: [jeudi] }, { mode: 'stricte' })).toMatchObject({ live: [] });
  expect(await permanencesOf(lieu)).toEqual([]);
});

test('only who may edit a lieu has its permanences to edit', async () => {
  const lieu = await createLieu(database.db);
  await submit(database.db, lieu, { permanences: [mardi] });
  const rolesOf = async (values: Partial<Roles>): Promise<Roles> => ({
    ...(await createPerson(database.db)),
    ...values,
  });
  const find = (roles: Roles) => findFiche(database.db, { id: lieu.lieuId, roles, action: 'modifier' });
  const permanences = (fiche: Fiche | undefined) => fiche && valuesOf(fiche).permanences;
  const membre = { structureId: lieu.structureId, role: 'redacteur' as const, accepte: true };
  expect(permanences(await find(await rolesOf({ membreDe: [membre] })))).toEqual([mardi]);
  expect(permanences(await find(await rolesOf({ moderation: { departements: ['33'] } })))).toEqual([mardi]);
  expect(await find(await rolesOf({ membreDe: [{ ...membre, structureId: lieu.structureId + 1 }] }))).toBeUndefined();
  expect(await find(await rolesOf({ moderation: { departements: ['40'] } }))).toBeUndefined();
  expect(await find(await rolesOf({}))).toBeUndefined();
});

test('an import, and an import taken back, leave permanences as they are and compute their hours where the lieu has gone', async () => {
  const { db } = database;
  await importText(db, csvOf([{ id: 'perm-1' }]));
  const lieu: TestLieu = { lieuId: 'perm-1', structureId: 0, auteurId: (await createPerson(db)).utilisateurId };
  await submit(db, lieu, { permanences: [mardi, arret] });
  const there = { commune: 'Saint-Denis', code_postal: '97400', code_insee: '97411', latitude: '', longitude: '' };
  const { lotId } = await importText(db, csvOf([{ id: 'perm-1', ...there, date_maj: '2026-05-30' }]));
  expect(await permanencesOf(lieu)).toEqual([mardi, arret]);
  expect(await aideAt(lieu, '2026-06-02T05:30:00Z')).toBe('ouvert');
  expect(await aideAt(lieu, '2026-06-02T09:30:00Z')).toBe('ferme');
  await annulerImport(db, {
    lotId: lotId ?? 0,
    acteurId: null,
    now: NOW,
    today: '2026-06-01',
    communes: loadCommunes(),
  });
  expect(await permanencesOf(lieu)).toEqual([mardi, arret]);
  expect(await aideAt(lieu, '2026-06-02T09:30:00Z')).toBe('ouvert');
  expect((await venuesOf(lieu))[0]).toMatchObject({ jour: '2026-06-03', fuseau: 'Europe/Paris' });
});

test('dated hours begin on the lieu’s own day, whoever writes it, where Paris has the next day already', async () => {
  const { db } = database;
  const lieu: TestLieu = { lieuId: 'perm-2', structureId: 0, auteurId: (await createPerson(db)).utilisateurId };
  // It is 22:00 on 31 May in Papeete.
  const soir = '2026 May 31 20:00-23:30; PH off';
  const days = async () => {
    const { rows } = await sql<{ jour: string }>`
      SELECT jour FROM ouverture_datee WHERE lieu_id = ${lieu.lieuId}
      UNION ALL SELECT jour FROM permanence_datee WHERE lieu_id = ${lieu.lieuId}`.execute(db);
    return rows.map(({ jour }) => jour);
  };
  const papeete = { commune: 'Papeete', code_postal: '98714', code_insee: '98735', latitude: '', longitude: '' };
  await importText(db, csvOf([{ id: lieu.lieuId, ...papeete, horaires: soir }]));
  expect(await days()).toEqual(['2026-05-31']);
  await submit(db, lieu, { permanences: [{ ...mardi, horaires: soir }] });
  expect(await days()).toEqual(['2026-05-31', '2026-05-31']);
  const { lotId } = await importText(
    db,
    csvOf([{ id: lieu.lieuId, ...papeete, horaires: soir, nom: 'Autre nom', date_maj: '2026-05-30' }]),
  );
  expect(await days()).toEqual(['2026-05-31', '2026-05-31']);
  await annulerImport(db, {
    lotId: lotId ?? 0,
    acteurId: null,
    now: NOW,
    today: '2026-06-01',
    communes: loadCommunes(),
  });
  expect(await days()).toEqual(['2026-05-31', '2026-05-31']);
});

test('a moderator reads a change of permanences in sentences', async () => {
  const lieu = await createLieu(database.db);
  await submit(database.db, lieu, { permanences: [mardi, jeudi] });
  const after = [{ ...mardi, horaires: 'Tu 09:00-12:30; PH off' }, arret];
  const { revisionId } = await submit(database.db, lieu, { permanences: after });
  const fields = await listRevisionFields(database.db, { lieuId: lieu.lieuId, revisionId: revisionId ?? 0 });
  const fiche = await database.db.transaction().execute((trx) => lockFiche(trx, lieu.lieuId));
  const lus = await findHorairesLus(database.db, { lieuId: lieu.lieuId, revisionIds: [revisionId ?? 0] });
  const [item] = fiche ? reviewItems(fields, valuesOf(fiche), lus) : [];
  expect(item).toMatchObject({ key: 'permanences', label: 'Permanences', live: true, alertes: [], today: null });
  if (item?.comparison.kind !== 'permanences') throw new Error('no comparison of permanences');
  const text = (pieces: readonly { text: string }[]) =>
    pieces
      .map((piece) => piece.text)
      .join('')
      .replaceAll('\u00a0', ' ');
  expect(item.comparison.lignes.map(({ etat, before, after: now }) => [etat, text(before), text(now)])).toEqual([
    ['changee', 'Mardi : 9 h – 12 h. Fermé les jours fériés.', 'Mardi : 9 h – 12 h 30. Fermé les jours fériés.'],
    ['ajoutee', '', 'Mercredi : 9 h 30 – 12 h. Fermé les jours fériés. Où : Place du marché, 33210 Langon.'],
    ['retiree', '1er jeudi du mois : 14 h – 17 h. Précision : Bureau 2.', ''],
  ]);
});
