import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  AgendaNotFoundError,
  findManagedAgenda,
  findPublicAgenda,
  lockManagedAgenda,
  type ManagedAgenda,
  updateAgenda,
} from '#db/rendez-vous/agenda.ts';
import { findPublicOffers } from '#db/rendez-vous/creneaux.ts';
import {
  BookingLimitError,
  BookingStartedError,
  NameTakenError,
  SlotUnavailableError,
} from '#db/rendez-vous/errors.ts';
import { bookSlot, cancelReservation, findReservationByToken, listReservations } from '#db/rendez-vous/reservations.ts';
import {
  deleteFermeture,
  deletePlage,
  deletePlageException,
  deletePrestation,
  deleteRessource,
  insertFermeture,
  insertPrestation,
  insertRessource,
  updateFermeture,
  updatePlage,
  updatePrestation,
  updateRessource,
  upsertPlageException,
} from '#db/rendez-vous/rules.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/database.ts';
import { createAgenda, createMember, NOW, type TestAgenda, wish } from './rendez-vous.factory.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase({ max: 20 });
});
afterAll(() => database.drop());

/** Tuesday 2 June 2026, 09:00 in Paris. */
const TUESDAY_9 = new Date('2026-06-02T07:00:00Z');
const TUESDAY_930 = new Date('2026-06-02T07:30:00Z');
const WEEK = { from: NOW, to: new Date('2026-06-06T00:00:00Z'), now: NOW };
const noMail = () => null;

async function startsOf(agenda: TestAgenda, window = WEEK): Promise<string[]> {
  const found = await findPublicOffers(database.db, { lieuId: agenda.lieuId, ...window });
  return found?.offers.map(({ debut }) => debut.toISOString().slice(8, 16)) ?? [];
}

function change<T>(agenda: TestAgenda, act: (managed: ManagedAgenda) => Promise<T>): Promise<T> {
  return database.db.transaction().execute(async (trx) => act(await lockManagedAgenda(trx, { ...agenda, now: NOW })));
}

test('a weekly plage is offered, booked once, found by its link, cancelled and offered again', async () => {
  const agenda = await createAgenda(database.db);
  expect((await startsOf(agenda)).slice(6, 12)).toEqual([
    '02T07:00',
    '02T07:30',
    '02T08:00',
    '02T08:30',
    '02T09:00',
    '02T09:30',
  ]);

  const asked = wish(agenda, TUESDAY_9, { note: 'avec ma fille' });
  const booked = await bookSlot(database.db, asked);
  expect(booked).toMatchObject({ statut: 'confirmee', debut: TUESDAY_9, fin: TUESDAY_930, lieu_nom: 'Médiathèque' });
  expect(await startsOf(agenda)).not.toContain('02T07:00');
  expect(await findReservationByToken(database.db, asked.jeton)).toEqual(booked);
  expect(await findReservationByToken(database.db, 'un autre')).toBeUndefined();
  const mails = await database.db.selectFrom('courriel').select(['texte']).where('a', '=', asked.courriel).execute();
  expect(mails).toEqual([{ texte: TUESDAY_9.toISOString() }]);
  expect(await listReservations(database.db, { ...agenda, ...WEEK })).toMatchObject([
    { nom: 'Camille', courriel: asked.courriel, note: 'avec ma fille', debut: TUESDAY_9, ressource: 'Samira 1' },
  ]);

  const cancelled = await cancelReservation(database.db, { jeton: asked.jeton, now: NOW, courrielOf: noMail });
  expect(cancelled?.statut).toBe('annulee');
  expect(await startsOf(agenda)).toContain('02T07:00');
  expect(await listReservations(database.db, { ...agenda, ...WEEK })).toEqual([]);
  const again = await cancelReservation(database.db, { jeton: asked.jeton, now: NOW, courrielOf: noMail });
  expect(again?.statut).toBe('annulee');
  expect(await bookSlot(database.db, wish(agenda, TUESDAY_9))).toMatchObject({ statut: 'confirmee' });
});

test('the token of the link is not in the database, its SHA-256 is', async () => {
  const agenda = await createAgenda(database.db);
  const { jeton } = wish(agenda, TUESDAY_9);
  await bookSlot(database.db, wish(agenda, TUESDAY_9, { jeton }));
  const row = await database.db
    .selectFrom('reservation')
    .selectAll()
    .where('lieu_id', '=', agenda.lieuId)
    .executeTakeFirstOrThrow();
  expect(JSON.stringify(row)).not.toContain(jeton);
  expect(row.jeton_empreinte.equals(createHash('sha256').update(jeton).digest())).toBe(true);
});

test.each<[string, Date, 'pris' | 'inconnu']>([
  ['a time between two starts', new Date('2026-06-02T07:10:00Z'), 'inconnu'],
  ['a day without hours', new Date('2026-06-06T07:00:00Z'), 'inconnu'],
  ['a time that is over', new Date('2026-05-29T07:00:00Z'), 'inconnu'],
  ['a time after the booking window', new Date('2026-09-01T07:00:00Z'), 'inconnu'],
  ['a moment off by a second', new Date('2026-06-02T07:00:01Z'), 'inconnu'],
  ['a time at the end of the world', new Date(8.64e15), 'inconnu'],
  ['what is not a time', new Date(Number.NaN), 'inconnu'],
])('a forged request is refused: %s', async (_name, debut, reason) => {
  const agenda = await createAgenda(database.db);
  await expect(bookSlot(database.db, wish(agenda, debut))).rejects.toMatchObject({
    name: 'SlotUnavailableError',
    reason,
  });
});

test('a forged kind of help, way or lieu is refused', async () => {
  const [agenda, other] = [await createAgenda(database.db), await createAgenda(database.db)];
  for (const forged of [
    { prestationId: other.prestationId },
    { modalite: 'visio' as const },
    { lieuId: 'nulle part' },
  ]) {
    await expect(bookSlot(database.db, wish(agenda, TUESDAY_9, forged))).rejects.toBeInstanceOf(SlotUnavailableError);
  }
  const { n } = await database.db
    .selectFrom('reservation')
    .select((eb) => eb.fn.countAll<number>().as('n'))
    .where('lieu_id', 'in', [agenda.lieuId, other.lieuId])
    .executeTakeFirstOrThrow();
  expect(n).toBe(0);
});

test('a taken slot names the nearest free ones, and two ressources give the same time twice', async () => {
  const agenda = await createAgenda(database.db, { ressources: 2 });
  await bookSlot(database.db, wish(agenda, TUESDAY_9));
  await bookSlot(database.db, wish(agenda, TUESDAY_9));
  const refusal = await bookSlot(database.db, wish(agenda, TUESDAY_9)).catch((error: unknown) => error);
  expect(refusal).toBeInstanceOf(SlotUnavailableError);
  if (!(refusal instanceof SlotUnavailableError)) return;
  expect(refusal.reason).toBe('pris');
  expect(refusal.nearest.map(({ debut }) => debut.toISOString().slice(8, 16))).toEqual([
    ...['02T07:30', '02T08:00', '02T08:30', '02T09:00', '02T09:30'],
  ]);
});

test('one contact holds as many bookings to come as the lieu allows; a cancelled one counts no more', async () => {
  const agenda = await createAgenda(database.db);
  const contact = wish(agenda, TUESDAY_9);
  const at = (minutes: number, jeton: string) =>
    bookSlot(database.db, { ...contact, jeton, debut: new Date(TUESDAY_9.getTime() + minutes * 60_000) });
  await at(0, 'limite-1');
  await at(30, 'limite-2');
  await at(60, 'limite-3');
  await expect(at(90, 'limite-4')).rejects.toBeInstanceOf(BookingLimitError);
  await cancelReservation(database.db, { jeton: 'limite-1', now: NOW, courrielOf: noMail });
  expect(await at(90, 'limite-4')).toMatchObject({ statut: 'confirmee' });
});

test('an appointment that has begun is no longer cancelled from its link', async () => {
  const agenda = await createAgenda(database.db);
  const asked = wish(agenda, TUESDAY_9);
  await bookSlot(database.db, asked);
  await expect(
    cancelReservation(database.db, { jeton: asked.jeton, now: TUESDAY_9, courrielOf: noMail }),
  ).rejects.toBeInstanceOf(BookingStartedError);
  expect(await cancelReservation(database.db, { jeton: 'aucun', now: NOW, courrielOf: noMail })).toBeUndefined();
});

test('a mail that cannot be queued leaves no booking behind', async () => {
  const agenda = await createAgenda(database.db);
  const broken = () => {
    throw new Error('panne');
  };
  await expect(bookSlot(database.db, wish(agenda, TUESDAY_9, { courrielOf: broken }))).rejects.toThrow('panne');
  expect(await startsOf(agenda)).toContain('02T07:00');
});

test('the tampon keeps the next start of the ressource free', async () => {
  const agenda = await createAgenda(database.db, { tampon: 10 });
  await bookSlot(database.db, wish(agenda, TUESDAY_9));
  const starts = await startsOf(agenda);
  expect(starts).not.toContain('02T07:30');
  expect(starts).toContain('02T08:00');
  await expect(bookSlot(database.db, wish(agenda, TUESDAY_930))).rejects.toMatchObject({ reason: 'pris' });
});

test('one date is taken out, moved, and put back; what is booked on it stays booked', async () => {
  const agenda = await createAgenda(database.db);
  const [plage_id = 0] = agenda.plageIds;
  const asked = wish(agenda, TUESDAY_9);
  await bookSlot(database.db, asked);
  expect(await change(agenda, (a) => upsertPlageException(a, { plage_id, retire: '2026-06-02' }))).toBe(true);
  expect((await startsOf(agenda)).some((s) => s.startsWith('02'))).toBe(false);
  expect(await findReservationByToken(database.db, asked.jeton)).toMatchObject({ statut: 'confirmee' });
  await change(agenda, (a) =>
    upsertPlageException(a, { plage_id, retire: '2026-06-02', ajoute: '2026-06-06', debut: 600, fin: 660 }),
  );
  expect((await startsOf(agenda, { ...WEEK, to: new Date('2026-06-07T00:00Z') })).slice(-2)).toEqual([
    '06T08:00',
    '06T08:30',
  ]);
  expect(await change(agenda, (a) => deletePlageException(a, { plage_id, retire: '2026-06-02' }))).toBe(true);
  expect((await startsOf(agenda)).filter((s) => s.startsWith('02'))).toHaveLength(5);
  expect(await change(agenda, (a) => upsertPlageException(a, { plage_id: 0, retire: '2026-06-02' }))).toBe(false);
});

test('closures of the lieu and absences close what they cover, in the wall time of the lieu', async () => {
  const agenda = await createAgenda(database.db, { fuseau: 'America/Cayenne' });
  const id = await change(agenda, (a) =>
    insertFermeture(a, { debut: '2026-06-01T00:00', fin: '2026-06-05T11:00', motif: 'congés' }),
  );
  expect(await startsOf(agenda, { ...WEEK, to: new Date('2026-06-07T00:00Z') })).toEqual(['05T14:00', '05T14:30']);
  const managed = await findManagedAgenda(database.db, agenda);
  expect(managed?.fermetures).toMatchObject([
    { id, debut: '2026-06-01T00:00:00', fin: '2026-06-05T11:00:00', motif: 'congés' },
  ]);
  expect(await change(agenda, (a) => updateFermeture(a, { id, fin: '2026-06-05T10:00' }))).toBe(true);
  expect((await startsOf(agenda, { ...WEEK, to: new Date('2026-06-07T00:00Z') })).length).toBe(4);
  expect(await change(agenda, (a) => deleteFermeture(a, id))).toBe(true);
  expect((await startsOf(agenda)).length).toBeGreaterThan(20);
});

test('public holidays of the territory close, unless the lieu says that it works on them', async () => {
  const agenda = await createAgenda(database.db);
  const july = {
    from: new Date('2026-07-13T00:00Z'),
    to: new Date('2026-07-16T00:00Z'),
    now: new Date('2026-07-01T00:00Z'),
  };
  const days = async () => [...new Set((await startsOf(agenda, july)).map((s) => s.slice(0, 2)))];
  expect(await days()).toEqual(['13', '15']);
  await change(agenda, (a) => updateAgenda(a, { feries: 'ouvert' }));
  expect(await days()).toEqual(['13', '14', '15']);
});

test('rules change and go; what was booked with them keeps its link', async () => {
  const agenda = await createAgenda(database.db);
  const [plageId = 0] = agenda.plageIds;
  const [ressourceId = 0] = agenda.ressourceIds;
  const asked = wish(agenda, TUESDAY_9);
  await bookSlot(database.db, asked);
  expect(await change(agenda, (a) => updatePlage(a, { id: plageId, jours: [2], fin: 600 }))).toBe(true);
  expect(await startsOf(agenda)).toEqual(['02T07:30']);
  expect(await change(agenda, (a) => updatePrestation(a, { id: agenda.prestationId, duree: 60, pas: 60 }))).toBe(true);
  expect(await startsOf(agenda)).toEqual([]);
  expect(await change(agenda, (a) => updateRessource(a, { id: ressourceId, nom: 'Bureau 2', genre: 'poste' }))).toBe(
    true,
  );
  expect(await change(agenda, (a) => deletePlage(a, plageId))).toBe(true);
  expect(await change(agenda, (a) => deletePrestation(a, agenda.prestationId))).toBe(true);
  expect(await change(agenda, (a) => deleteRessource(a, ressourceId))).toBe(true);
  expect(await findManagedAgenda(database.db, agenda)).toMatchObject({ ressources: [], prestations: [], plages: [] });
  expect(await findReservationByToken(database.db, asked.jeton)).toMatchObject({
    statut: 'confirmee',
    ressource: 'Bureau 2',
  });
});

test('two people, or two kinds of help, of one lieu do not have the same name; one that is gone gives its name back', async () => {
  const agenda = await createAgenda(database.db);
  const [ressourceId = 0] = agenda.ressourceIds;
  const prestation = { nom: 'AIDE aux démarches', duree: 30, pas: 30, ressourceIds: [] };
  await expect(change(agenda, (a) => insertRessource(a, { nom: 'samira 1' }))).rejects.toBeInstanceOf(NameTakenError);
  await expect(change(agenda, (a) => insertPrestation(a, prestation))).rejects.toBeInstanceOf(NameTakenError);
  await change(agenda, (a) => deleteRessource(a, ressourceId));
  expect(await change(agenda, (a) => insertRessource(a, { nom: 'samira 1' }))).toBeGreaterThan(ressourceId);
});

test('nobody but an accepted member of the structure of the lieu sees or changes its agenda', async () => {
  const agenda = await createAgenda(database.db);
  await bookSlot(database.db, wish(agenda, TUESDAY_9));
  const stranger = await createMember(database.db, { lieuId: `ailleurs/${agenda.lieuId}`, accepte: true });
  const waiting = await createMember(database.db, { lieuId: `attente/${agenda.lieuId}`, accepte: false });
  await database.db
    .insertInto('membre')
    .columns(['structure_id', 'utilisateur_id'])
    .expression((eb) =>
      eb
        .selectFrom('lieu')
        .select((e) => ['structure_id', e.val(waiting).as('u')])
        .where('id', '=', agenda.lieuId)
        .$narrowType<{ structure_id: number }>(),
    )
    .execute();
  for (const utilisateurId of [stranger, waiting, 'personne']) {
    const scope = { lieuId: agenda.lieuId, utilisateurId };
    expect(await findManagedAgenda(database.db, scope)).toBeUndefined();
    expect(await listReservations(database.db, { ...scope, ...WEEK })).toEqual([]);
    await expect(
      database.db.transaction().execute((trx) => lockManagedAgenda(trx, { ...scope, now: NOW })),
    ).rejects.toBeInstanceOf(AgendaNotFoundError);
  }
  const foreign = await createAgenda(database.db);
  const [plageId = 0] = foreign.plageIds;
  expect(await change(agenda, (a) => deletePlage(a, plageId))).toBe(false);
});

test('a lieu that closed its appointments, or is not public, offers and books nothing', async () => {
  const agenda = await createAgenda(database.db);
  await change(agenda, (a) => updateAgenda(a, { actif: false }));
  expect(await findPublicAgenda(database.db, agenda.lieuId)).toBeUndefined();
  await expect(bookSlot(database.db, wish(agenda, TUESDAY_9))).rejects.toMatchObject({
    reason: 'inconnu',
    nearest: [],
  });
  await change(agenda, (a) => updateAgenda(a, { actif: true }));
  await sql`UPDATE lieu SET statut = 'masque' WHERE id = ${agenda.lieuId}`.execute(database.db);
  await expect(bookSlot(database.db, wish(agenda, TUESDAY_9))).rejects.toMatchObject({ reason: 'inconnu' });
});

test('a lieu whose published id changes keeps its appointments; a lieu that is deleted takes them along', async () => {
  const agenda = await createAgenda(database.db);
  const asked = wish(agenda, TUESDAY_9);
  await bookSlot(database.db, asked);
  const renamed = `nouveau nom/${agenda.lieuId}`;
  await sql`UPDATE lieu SET id = ${renamed} WHERE id = ${agenda.lieuId}`.execute(database.db);
  expect(await findReservationByToken(database.db, asked.jeton)).toMatchObject({ lieu_id: renamed });
  expect(await startsOf({ ...agenda, lieuId: renamed })).not.toContain('02T07:00');
  await sql`DELETE FROM lieu WHERE id = ${renamed}`.execute(database.db);
  expect(await findReservationByToken(database.db, asked.jeton)).toBeUndefined();
});
