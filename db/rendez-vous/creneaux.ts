import { type Kysely, sql } from 'kysely';
import { mergeSlots, type OfferedSlot } from '#app/domain/creneaux/offer.ts';
import { type AgendaRules, listSlots, type Occupation } from '#app/domain/creneaux/slots.ts';
import { isFerie } from '#app/domain/horaires/holidays.ts';
import { territoryOfLieu } from '#app/domain/horaires/zones.ts';
import type { DB } from '../types.ts';
import { type Agenda, findPublicAgenda } from './agenda.ts';

/** What citizens may choose at a lieu: its agenda and the free starts of a window of instants, `to` not included. */
export interface PublicOffers {
  agenda: Agenda;
  offers: OfferedSlot[];
}

/**
 * The free slots that anyone may book at a public lieu, by start; undefined where it takes no appointments here.
 * The window is `from` to `to`, within the notice that each kind of help asks for.
 */
export async function findPublicOffers(
  db: Kysely<DB>,
  { lieuId, from, to, now }: { lieuId: string; from: Date; to: Date; now: Date },
): Promise<PublicOffers | undefined> {
  const [agenda, occupations] = await Promise.all([
    findPublicAgenda(db, lieuId),
    listOccupations(db, { lieuId, from, to }),
  ]);
  if (!agenda) return undefined;
  return { agenda, offers: mergeSlots(listSlots(rulesOf(agenda), { occupations, from, to, now })) };
}

/** The rules of an agenda as citizens meet them: what only the structure books is left out. */
export function rulesOf(agenda: Agenda): AgendaRules {
  const territory = territoryOfLieu(agenda);
  return {
    zone: agenda.fuseau,
    prestations: agenda.prestations.filter((prestation) => prestation.en_ligne),
    plages: agenda.plages,
    fermetures: agenda.fermetures,
    // A day that is a holiday in some communes only is not closed: a closure says it where it is.
    isFerie: (day) => agenda.feries === 'ferme' && isFerie(day, territory) === 'oui',
  };
}

/** What keeps the ressources of a lieu busy between two instants, with the seats that each séance has left. */
export async function listOccupations(
  db: Kysely<DB>,
  { lieuId, from, to }: { lieuId: string; from: Date; to: Date },
): Promise<Occupation[]> {
  const rows = await db
    .selectFrom('seance as s')
    .select((eb) => [
      's.ressource_id',
      's.prestation_id',
      's.debut',
      's.fin',
      sql<Date>`lower(s.occupation)`.as('occupe_du'),
      sql<Date>`upper(s.occupation)`.as('occupe_au'),
      's.capacite',
      eb
        .selectFrom('reservation as r')
        .select((e) => e.fn.countAll<number>().as('n'))
        .whereRef('r.lieu_id', '=', 's.lieu_id')
        .whereRef('r.seance_id', '=', 's.id')
        .where('r.statut', '<>', 'annulee')
        .as('prises'),
    ])
    .where('s.lieu_id', '=', lieuId)
    .where('s.actif', '=', true)
    .where(sql<boolean>`s.occupation && tstzrange(${from}, ${new Date(to.getTime() + LONGEST_MS)})`)
    .execute();
  return rows.map(({ ressource_id, prestation_id, debut, fin, occupe_du, occupe_au, capacite, prises }) => ({
    ressource_id,
    debut: occupe_du,
    fin: occupe_au,
    seance: { prestation_id, debut, fin, places: capacite - (prises ?? 0) },
  }));
}

/** A slot may last a day and keep its ressource 8 hours more: what begins so long after the last start matters still. */
const LONGEST_MS = (1440 + 480) * 60_000;

/**
 * When people hold appointments at a lieu from an instant on, and for what; nothing of who they are. For who may change its hours,
 * which the caller has made sure of; at most 500, the nearest first.
 */
export async function listBookedTimes(
  db: Kysely<DB>,
  { lieuId, from }: { lieuId: string; from: Date },
): Promise<{ id: number; debut: Date; fin: Date; prestation: string }[]> {
  return db
    .selectFrom('reservation as r')
    .innerJoin('seance as s', (join) => join.onRef('s.lieu_id', '=', 'r.lieu_id').onRef('s.id', '=', 'r.seance_id'))
    .innerJoin('prestation as p', (join) =>
      join.onRef('p.lieu_id', '=', 's.lieu_id').onRef('p.id', '=', 's.prestation_id'),
    )
    .select(['r.id', 's.debut', 's.fin', 'p.nom as prestation'])
    .where('r.lieu_id', '=', lieuId)
    .where('r.statut', '<>', 'annulee')
    .where('s.debut', '>=', from)
    .orderBy('s.debut')
    .orderBy('r.id')
    .limit(500)
    .execute();
}
