import { createHash } from 'node:crypto';
import { type Kysely, sql, type Transaction } from 'kysely';
import type { Modalite } from '#app/domain/creneaux/modalites.ts';
import { mergeSlots, nearestOffers, type OfferedSlot } from '#app/domain/creneaux/offer.ts';
import { listSlots } from '#app/domain/creneaux/slots.ts';
import { type ReservationStatut, statutAfter } from '#app/domain/creneaux/statut.ts';
import { type CourrielAEnvoyer, enqueueCourriel } from '../courriels.ts';
import type { DB } from '../types.ts';
import { findPublicAgenda, isManagedBy, lockAgendaForBooking } from './agenda.ts';
import { checkLimit, checkRate, lockContact } from './contact.ts';
import { findPublicOffers, listOccupations, rulesOf } from './creneaux.ts';
import { BookingStartedError, SlotUnavailableError } from './errors.ts';

export interface BookingRequest {
  lieuId: string;
  prestationId: number;
  debut: Date;
  modalite: Modalite;
  nom: string;
  /** In lower case. */
  courriel: string;
  telephone: string | null;
  note: string | null;
  /** Keyed hash of the contact, 32 bytes: counts bookings without reading addresses. */
  courrielEmpreinte: Buffer;
  /** Secret of the private link; only its SHA-256 is kept. */
  jeton: string;
  now: Date;
  /** The mail that confirms it: put in the outbox in the same transaction. */
  courrielOf: (reservation: ReservationDetail) => CourrielAEnvoyer;
}

/**
 * Books a slot for someone who has no account, and queues the mail that says so.
 *
 * The slot must be one that the rules give at this moment: they are read under a lock that rule changes wait for. That
 * nobody else has it is for the database to say: the séance is inserted where nothing overlaps it, the seat where it is free.
 * The bookings of one contact follow one another, so that what it may hold and book is counted right whatever it sends at
 * once; a refusal counts for nothing.
 * @throws SlotUnavailableError with the nearest free slots
 * @throws BookingLimitError where the contact holds too many bookings to come
 * @throws BookingRateError where it has booked too often in the last hour
 */
export async function bookSlot(db: Kysely<DB>, request: BookingRequest): Promise<ReservationDetail> {
  const outcome = await db.transaction().execute(async (trx) => {
    await lockAgendaForBooking(trx, request.lieuId);
    // Of fifty forms of one contact for one moment, those that come once it is taken need not wait for each other.
    const early = await findMineOrSlot(trx, request);
    if (!('offer' in early)) return early;
    await lockContact(trx, request.courrielEmpreinte);
    const found = await findMineOrSlot(trx, request);
    if (!('offer' in found)) return found;
    await checkLimit(trx, { ...request, max: found.max });
    for (const ressource of found.offer.ressources) {
      const seance = await openSeance(trx, { ...request, ...ressource, capacite: found.capacite });
      if (seance && (await takePlace(trx, { ...request, seance }))) {
        await checkRate(trx, request);
        const detail = await selectDetail(trx)
          .where('r.jeton_empreinte', '=', digest(request.jeton))
          .executeTakeFirstOrThrow();
        await enqueueCourriel(trx, { ...request.courrielOf(detail), now: request.now });
        return detail;
      }
    }
    return { reason: 'pris' } as const;
  });
  if ('reason' in outcome) throw new SlotUnavailableError(outcome.reason, await listNearest(db, request));
  return outcome;
}

/** The free slots nearest to a time that cannot be had, at most five. */
export async function listNearest(
  db: Kysely<DB>,
  { lieuId, prestationId, debut, now }: Pick<BookingRequest, 'lieuId' | 'prestationId' | 'debut' | 'now'>,
): Promise<OfferedSlot[]> {
  const around = Math.min(Math.max(debut.getTime() || 0, now.getTime()), now.getTime() + 366 * DAY_MS);
  for (const days of [7, 45]) {
    const from = new Date(Math.max(now.getTime(), around - days * DAY_MS));
    const to = new Date(around + days * DAY_MS);
    const found = await findPublicOffers(db, { lieuId, from, to, now });
    const nearest = nearestOffers(found?.offers ?? [], { prestation_id: prestationId, debut, count: 5 });
    if (nearest.length > 0) return nearest;
  }
  return [];
}

/** The booking that a private link stands for, whatever became of it; undefined for a link that never was. */
export async function findReservationByToken(db: Kysely<DB>, jeton: string): Promise<ReservationDetail | undefined> {
  return selectDetail(db).where('r.jeton_empreinte', '=', digest(jeton)).executeTakeFirst();
}

/**
 * Cancels the booking of a private link and frees its place; once more changes nothing.
 * @returns the booking as it is now; undefined for a link that never was
 * @throws BookingStartedError once it has begun
 */
export async function cancelReservation(
  db: Kysely<DB>,
  {
    jeton,
    now,
    courrielOf,
  }: { jeton: string; now: Date; courrielOf: (reservation: ReservationDetail) => CourrielAEnvoyer | null },
): Promise<ReservationDetail | undefined> {
  return db.transaction().execute(async (trx) => {
    const seen = await findReservationByToken(trx, jeton);
    if (!seen) return undefined;
    // The séance first, as whoever books does.
    await lockSeance(trx, { lieuId: seen.lieu_id, id: seen.seance_id });
    const detail = await findReservationByToken(trx, jeton);
    const statut = detail && statutAfter(detail.statut, 'annuler');
    if (!detail || statut === null || statut === undefined) return detail;
    if (detail.debut <= now) throw new BookingStartedError();
    await trx
      .updateTable('reservation')
      .set((eb) => ({
        statut,
        annulee_le: now,
        annulee_par: 'personne',
        retenue_jusqu_au: null,
        ical_sequence: eb('ical_sequence', '+', 1),
      }))
      .where('lieu_id', '=', detail.lieu_id)
      .where('id', '=', detail.id)
      .execute();
    await closeEmptySeance(trx, { lieuId: detail.lieu_id, id: detail.seance_id });
    const cancelled = { ...detail, statut };
    const courriel = courrielOf(cancelled);
    if (courriel) await enqueueCourriel(trx, { ...courriel, now });
    return cancelled;
  });
}

/** What is booked at a lieu between two instants, for an accepted member of its structure only; at most 1,000. */
export async function listReservations(
  db: Kysely<DB>,
  { lieuId, utilisateurId, from, to }: { lieuId: string; utilisateurId: string; from: Date; to: Date },
) {
  return bookedAt(db)
    .select([
      'r.id',
      'r.nom',
      'r.courriel',
      'r.telephone',
      'r.note',
      'r.modalite',
      's.debut',
      's.fin',
      's.capacite',
      'p.nom as prestation',
      'q.nom as ressource',
    ])
    .where('r.lieu_id', '=', lieuId)
    .where(isManagedBy(utilisateurId))
    .where('r.statut', '<>', 'annulee')
    .where('s.debut', '>=', from)
    .where('s.debut', '<', to)
    .orderBy('s.debut')
    .orderBy('r.place')
    .orderBy('r.id')
    .limit(1000)
    .execute();
}

export type ReservationDetail = Awaited<ReturnType<ReturnType<typeof selectDetail>['executeTakeFirstOrThrow']>>;

const DAY_MS = 86_400_000;

/** Reservations with what each is of, with whom, and where. */
function bookedAt(db: Kysely<DB>) {
  return db
    .selectFrom('reservation as r')
    .innerJoin('seance as s', (join) => join.onRef('s.lieu_id', '=', 'r.lieu_id').onRef('s.id', '=', 'r.seance_id'))
    .innerJoin('prestation as p', (join) =>
      join.onRef('p.lieu_id', '=', 's.lieu_id').onRef('p.id', '=', 's.prestation_id'),
    )
    .innerJoin('ressource as q', (join) =>
      join.onRef('q.lieu_id', '=', 's.lieu_id').onRef('q.id', '=', 's.ressource_id'),
    )
    .innerJoin('lieu', 'lieu.id', 'r.lieu_id');
}

function selectDetail(db: Kysely<DB>) {
  return bookedAt(db).select([
    'r.lieu_id',
    'r.id',
    'r.seance_id',
    sql<ReservationStatut>`r.statut`.as('statut'),
    sql<Modalite>`r.modalite`.as('modalite'),
    'r.nom',
    'r.courriel',
    'r.note',
    's.debut',
    's.fin',
    's.prestation_id',
    'p.nom as prestation',
    'p.consignes',
    'p.lien_visio',
    'q.nom as ressource',
    'q.genre as ressource_genre',
    'lieu.nom as lieu_nom',
    'lieu.adresse',
    'lieu.complement_adresse',
    'lieu.code_postal',
    'lieu.commune',
    'lieu.telephone as lieu_telephone',
    'lieu.fuseau',
  ]);
}

/** The booking that this very form has already made, else the slot that it asks for, or why it cannot have it. */
async function findMineOrSlot(trx: Transaction<DB>, request: BookingRequest) {
  const mine = await findReservationByToken(trx, request.jeton);
  return mine?.statut === 'confirmee' ? mine : findBookableSlot(trx, request);
}

async function findBookableSlot(
  trx: Transaction<DB>,
  { lieuId, prestationId, debut, modalite, now }: BookingRequest,
): Promise<{ offer: OfferedSlot; capacite: number; max: number } | { reason: 'pris' | 'inconnu' }> {
  // No notice is longer than two years; a time that is not one, or that the database cannot hold, goes no further.
  if (!(debut >= now && debut.getTime() <= now.getTime() + 731 * DAY_MS)) return { reason: 'inconnu' };
  const agenda = await findPublicAgenda(trx, lieuId);
  const prestation = agenda?.prestations.find(({ id }) => id === prestationId);
  if (!agenda || !prestation?.modalites.includes(modalite)) return { reason: 'inconnu' };
  const window = { from: debut, to: new Date(debut.getTime() + 1), now };
  const rules = rulesOf(agenda);
  const isIt = (offer: OfferedSlot) => offer.prestation_id === prestationId;
  const occupations = await listOccupations(trx, { lieuId, ...window });
  const offer = mergeSlots(listSlots(rules, { ...window, occupations })).find(isIt);
  if (offer) return { offer, capacite: prestation.capacite, max: agenda.max_par_contact };
  const given = mergeSlots(listSlots(rules, { ...window, occupations: [] })).some(isIt);
  return { reason: given ? 'pris' : 'inconnu' };
}

interface Seance {
  id: number;
  capacite: number;
}

/** The séance of that start, made where nothing overlaps it; undefined where something does. Locked in both cases. */
async function openSeance(
  trx: Transaction<DB>,
  {
    lieuId,
    prestationId,
    ressource_id,
    debut,
    fin,
    occupation_fin,
    capacite,
    now,
  }: BookingRequest & OfferedSlot['ressources'][number] & { capacite: number },
): Promise<Seance | undefined> {
  const made = await trx
    .insertInto('seance')
    .values({
      lieu_id: lieuId,
      ressource_id,
      prestation_id: prestationId,
      debut,
      fin,
      occupation: sql`tstzrange(${debut}, ${occupation_fin})`,
      capacite,
      cree_le: now,
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning(['id', 'capacite'])
    .executeTakeFirst();
  if (made) return made;
  return trx
    .selectFrom('seance')
    .select(['id', 'capacite'])
    .where('lieu_id', '=', lieuId)
    .where('ressource_id', '=', ressource_id)
    .where('prestation_id', '=', prestationId)
    .where('debut', '=', debut)
    .where('actif', '=', true)
    .forNoKeyUpdate()
    .executeTakeFirst();
}

/** Takes the lowest free seat. The unique index has the last word: false where none is left. */
async function takePlace(
  trx: Transaction<DB>,
  {
    seance,
    lieuId,
    modalite,
    nom,
    courriel,
    telephone,
    note,
    courrielEmpreinte,
    jeton,
    now,
  }: BookingRequest & { seance: Seance },
): Promise<boolean> {
  const { rows } = await sql<{ place: number }>`
    SELECT place FROM generate_series(1, ${seance.capacite}::int) AS place
    WHERE NOT EXISTS (
      SELECT FROM reservation r
      WHERE r.lieu_id = ${lieuId} AND r.seance_id = ${seance.id} AND r.place = place.place AND r.statut <> 'annulee'
    ) ORDER BY place LIMIT 1`.execute(trx);
  const place = rows[0]?.place;
  if (place === undefined) return false;
  const taken = await trx
    .insertInto('reservation')
    .values({
      lieu_id: lieuId,
      seance_id: seance.id,
      capacite: seance.capacite,
      place,
      statut: 'confirmee',
      modalite,
      nom,
      courriel,
      telephone,
      note,
      courriel_empreinte: courrielEmpreinte,
      jeton_empreinte: digest(jeton),
      prise_le: now,
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .executeTakeFirst();
  return taken !== undefined;
}

async function lockSeance(trx: Transaction<DB>, { lieuId, id }: { lieuId: string; id: number }): Promise<void> {
  await trx
    .selectFrom('seance')
    .select('id')
    .where('lieu_id', '=', lieuId)
    .where('id', '=', id)
    .forNoKeyUpdate()
    .execute();
}

/** A séance that nobody has a seat in gives its time back. */
async function closeEmptySeance(trx: Transaction<DB>, { lieuId, id }: { lieuId: string; id: number }): Promise<void> {
  await trx
    .updateTable('seance as s')
    .set({ actif: false })
    .where('s.lieu_id', '=', lieuId)
    .where('s.id', '=', id)
    .where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom('reservation as r')
            .select('r.id')
            .whereRef('r.lieu_id', '=', 's.lieu_id')
            .whereRef('r.seance_id', '=', 's.id')
            .where('r.statut', '<>', 'annulee'),
        ),
      ),
    )
    .execute();
}

function digest(jeton: string): Buffer {
  return createHash('sha256').update(jeton).digest();
}
