import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { lockManagedAgenda } from '#db/rendez-vous/agenda.ts';
import { findPublicOffers } from '#db/rendez-vous/creneaux.ts';
import { BookingLimitError, BookingRateError, SlotUnavailableError } from '#db/rendez-vous/errors.ts';
import { bookSlot, cancelReservation, findReservationByToken } from '#db/rendez-vous/reservations.ts';
import { insertFermeture } from '#db/rendez-vous/rules.ts';
import { createTestDatabase, type TestDatabase } from '#tests/support/database.ts';
import { createAgenda, NOW, type TestAgenda, wish } from './rendez-vous.factory.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase({ max: 50 });
});
afterAll(() => database.drop());

const TUESDAY_9 = new Date('2026-06-02T07:00:00Z');
const noMail = () => null;

/** How many attempts were booked and how many refused with free slots to choose from; anything else fails the test. */
async function settle(attempts: Promise<unknown>[]): Promise<{ booked: number; refused: number }> {
  const results = await Promise.allSettled(attempts);
  let [booked, refused] = [0, 0];
  for (const result of results) {
    if (result.status === 'fulfilled') booked++;
    else if (result.reason instanceof SlotUnavailableError && result.reason.reason === 'pris') refused++;
    else throw result.reason;
  }
  return { booked, refused };
}

/** Pairs of active séances of one ressource that overlap, seats given twice, seats beyond the capacity: all must be 0. */
async function countFaults(lieuId: string) {
  const { rows } = await sql<{ overlaps: number; twice: number; beyond: number }>`
    SELECT
      (SELECT count(*) FROM seance a JOIN seance b ON a.lieu_id = b.lieu_id AND a.ressource_id = b.ressource_id AND a.id < b.id
        AND a.actif AND b.actif AND a.debut < upper(b.occupation) AND b.debut < upper(a.occupation)
        WHERE a.lieu_id = ${lieuId}) AS overlaps,
      (SELECT count(*) FROM (SELECT FROM reservation WHERE lieu_id = ${lieuId} AND statut <> 'annulee'
        GROUP BY seance_id, place HAVING count(*) > 1) d) AS twice,
      (SELECT count(*) FROM reservation r JOIN seance s ON s.lieu_id = r.lieu_id AND s.id = r.seance_id
        WHERE r.lieu_id = ${lieuId} AND r.statut <> 'annulee' AND (r.place > s.capacite OR NOT s.actif)) AS beyond`.execute(
    database.db,
  );
  return rows[0];
}

const NO_FAULT = { overlaps: 0, twice: 0, beyond: 0 };

test('50 at once for the same slot: 1 booking, 49 answers that name the nearest free slots, 1 mail', async () => {
  const agenda = await createAgenda(database.db);
  const wishes = Array.from({ length: 50 }, () => wish(agenda, TUESDAY_9));
  const results = await Promise.allSettled(wishes.map((w) => bookSlot(database.db, w)));
  const refusals = results.flatMap((r) => (r.status === 'rejected' ? [r.reason] : []));
  expect(refusals).toHaveLength(49);
  for (const refusal of refusals) {
    expect(refusal).toBeInstanceOf(SlotUnavailableError);
    expect(refusal.nearest[0].debut.toISOString()).toBe('2026-06-02T07:30:00.000Z');
  }
  const mails = await sql<{
    n: number;
  }>`SELECT count(*) AS n FROM courriel WHERE a = ANY (${wishes.map((w) => w.courriel)})`.execute(database.db);
  expect(mails.rows).toEqual([{ n: 1 }]);
  expect(await countFaults(agenda.lieuId)).toEqual(NO_FAULT);
});

test('200 at once for 12 seats of an atelier: exactly 12', async () => {
  const agenda = await createAgenda(database.db, { capacite: 12, duree: 90 });
  const { booked, refused } = await settle(
    Array.from({ length: 200 }, () => bookSlot(database.db, wish(agenda, TUESDAY_9))),
  );
  expect({ booked, refused }).toEqual({ booked: 12, refused: 188 });
  expect(await countFaults(agenda.lieuId)).toEqual(NO_FAULT);
});

test('a storm on overlapping starts of three ressources, with cancellations: no overlap, no seat twice, every answer clear', async () => {
  const agenda = await createAgenda(database.db, { ressources: 3, duree: 45, pas: 15, tampon: 10 });
  let attempts = 0;
  const client = async (seed: number) => {
    const mine: string[] = [];
    let state = seed * 2654435761;
    const random = (n: number) => {
      state = (state * 1664525 + 1013904223) % 4294967296;
      return Math.floor((state / 4294967296) * n);
    };
    for (let n = 0; n < 20; n++) {
      attempts++;
      if (mine.length > 0 && random(3) === 0) {
        const jeton = mine.splice(random(mine.length), 1)[0] ?? '';
        await cancelReservation(database.db, { jeton, now: NOW, courrielOf: noMail });
        continue;
      }
      const asked = wish(agenda, new Date(TUESDAY_9.getTime() + random(10) * 15 * 60_000));
      if ((await settle([bookSlot(database.db, asked)])).booked === 1) mine.push(asked.jeton);
    }
    return mine;
  };
  const held = (await Promise.all(Array.from({ length: 30 }, (_, n) => client(n + 1)))).flat();
  expect(attempts).toBe(600);
  expect(await countFaults(agenda.lieuId)).toEqual(NO_FAULT);
  const { n } = await database.db
    .selectFrom('reservation')
    .select((eb) => eb.fn.countAll<number>().as('n'))
    .where('lieu_id', '=', agenda.lieuId)
    .where('statut', '<>', 'annulee')
    .executeTakeFirstOrThrow();
  expect(n).toBe(held.length);
  for (const jeton of held) expect((await findReservationByToken(database.db, jeton))?.statut).toBe('confirmee');
});

test('one contact that books many starts at once, at one lieu or at several, gets no more than the cap', async () => {
  const agendas = await Promise.all(Array.from({ length: 6 }, () => createAgenda(database.db, { ressources: 3 })));
  const [first] = agendas;
  if (!first) throw new Error('no agenda');
  const { max_par_contact: cap } = await database.db
    .selectFrom('agenda')
    .select('max_par_contact')
    .where('lieu_id', '=', first.lieuId)
    .executeTakeFirstOrThrow();
  const contact = { courriel: 'un@exemple.fr', courrielEmpreinte: Buffer.alloc(32, 1) };
  const start = (n: number) => new Date(TUESDAY_9.getTime() + (n % 6) * 30 * 60_000);
  const here = await Promise.allSettled(
    Array.from({ length: 18 }, (_, n) => bookSlot(database.db, wish(first, start(n), contact))),
  );
  expect(here.filter(({ status }) => status === 'fulfilled')).toHaveLength(cap);
  for (const result of here) if (result.status === 'rejected') expect(result.reason).toBeInstanceOf(BookingLimitError);
  const elsewhere = await Promise.allSettled(
    agendas.slice(1).flatMap((agenda) => [0, 1].map((n) => bookSlot(database.db, wish(agenda, start(n), contact)))),
  );
  // Six an hour in all: those refused above counted for nothing.
  expect(elsewhere.filter(({ status }) => status === 'fulfilled')).toHaveLength(6 - cap);
  for (const result of elsewhere) {
    if (result.status === 'rejected') expect(result.reason).toBeInstanceOf(BookingRateError);
  }
});

test('the same form sent five times at once books once, even where one more would pass the cap', async () => {
  const agenda = await createAgenda(database.db, { capacite: 8, duree: 60 });
  await database.db.updateTable('agenda').set({ max_par_contact: 1 }).where('lieu_id', '=', agenda.lieuId).execute();
  const asked = wish(agenda, TUESDAY_9);
  const made = await Promise.all(Array.from({ length: 5 }, () => bookSlot(database.db, asked)));
  expect(new Set(made.map(({ id }) => id)).size).toBe(1);
  expect(await countBooked(agenda.lieuId, database.db)).toBe(1);
});

test('a cancellation and a booking of the same slot at once leave either, never half of both', async () => {
  for (let round = 0; round < 15; round++) {
    const agenda = await createAgenda(database.db, { capacite: round % 2 === 0 ? 1 : 2, duree: 60 });
    const first = wish(agenda, TUESDAY_9);
    await bookSlot(database.db, first);
    const [cancelled, rush] = await Promise.all([
      cancelReservation(database.db, { jeton: first.jeton, now: NOW, courrielOf: noMail }),
      settle(Array.from({ length: 6 }, () => bookSlot(database.db, wish(agenda, TUESDAY_9)))),
    ]);
    expect(cancelled?.statut).toBe('annulee');
    expect(rush.booked + rush.refused).toBe(6);
    expect(await countFaults(agenda.lieuId)).toEqual(NO_FAULT);
  }
});

test('nothing is booked in a closure once it is saved', async () => {
  for (let round = 0; round < 10; round++) {
    const agenda: TestAgenda = await createAgenda(database.db, { ressources: 3 });
    const close = database.db.transaction().execute(async (trx) => {
      const managed = await lockManagedAgenda(trx, { ...agenda, now: NOW });
      await insertFermeture(managed, { debut: '2026-06-02T00:00', fin: '2026-06-03T00:00' });
      // What the gestionnaire is told at this moment is all that will ever be booked in it.
      return countBooked(agenda.lieuId, trx);
    });
    const bookings = Array.from({ length: 12 }, (_, n) =>
      bookSlot(database.db, wish(agenda, new Date(TUESDAY_9.getTime() + (n % 6) * 30 * 60_000))).catch(
        (error: unknown) => {
          if (!(error instanceof SlotUnavailableError)) throw error;
        },
      ),
    );
    const [told] = await Promise.all([close, ...bookings]);
    expect(await countBooked(agenda.lieuId, database.db)).toBe(told);
    const found = await findPublicOffers(database.db, {
      lieuId: agenda.lieuId,
      from: NOW,
      to: new Date('2026-06-04T00:00Z'),
      now: NOW,
    });
    expect(found?.offers.some(({ debut }) => debut.toISOString().startsWith('2026-06-02'))).toBe(false);
  }
});

async function countBooked(lieuId: string, db: TestDatabase['db']): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    SELECT count(*) AS n FROM reservation WHERE lieu_id = ${lieuId} AND statut <> 'annulee'`.execute(db);
  return rows[0]?.n ?? 0;
}
