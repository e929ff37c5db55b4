import type { Kysely } from 'kysely';
import type { CreneauxData, JourDeChoix, TypeDAide } from '#app/components/creneaux.tsx';
import { type OfferedSlot, offersByDay } from '#app/domain/creneaux/offer.ts';
import { findPublicOffers } from '#db/rendez-vous/creneaux.ts';
import type { DB } from '#db/types.ts';

/** How far ahead free slots are looked for: notices longer than this are rare, and a year of a full agenda is no help. */
const HORIZON_DAYS = 120;
const DAY_MS = 86_400_000;

/**
 * The next free slots of a public lieu by kind of help, for its fiche; null where it takes no appointments here, so that
 * its own link (`prise_rdv`) may be shown instead.
 */
export async function creneauxOfLieu(
  db: Kysely<DB>,
  { lieuId, now }: { lieuId: string; now: Date },
): Promise<CreneauxData | null> {
  return findTypesDAide(db, { lieuId, from: now, now, days: 2, perDay: 12 });
}

/** The kinds of help of a public lieu, each with at most `days` days that have free starts from `from` on. */
export async function findTypesDAide(
  db: Kysely<DB>,
  { lieuId, from, now, days, perDay }: { lieuId: string; from: Date; now: Date; days: number; perDay: number },
): Promise<CreneauxData | null> {
  const to = new Date(from.getTime() + HORIZON_DAYS * DAY_MS);
  const found = await findPublicOffers(db, { lieuId, from, to, now });
  // Without any hours given, the lieu has not set its agenda up: as if it had none.
  if (!found || found.agenda.plages.length === 0) return null;
  const { agenda, offers } = found;
  const types = agenda.prestations
    .filter(({ id, en_ligne }) => en_ligne && agenda.plages.some(({ prestation_ids }) => prestation_ids.includes(id)))
    .map(({ id, nom, duree, capacite }): TypeDAide => {
      const own = offers.filter(({ prestation_id }) => prestation_id === id);
      return { id, nom, duree, collectif: capacite > 1, jours: joursOf(own, { zone: agenda.fuseau, days, perDay }) };
    });
  return types.length === 0 ? null : { lieuId: agenda.lieu_id, fuseau: agenda.fuseau, types };
}

/** Offers as days of choices. */
function joursOf(
  offers: readonly OfferedSlot[],
  { zone, days, perDay }: { zone: string; days: number; perDay: number },
): JourDeChoix[] {
  return offersByDay(offers, { zone, days }).map(({ jour, offers: own }) => ({
    jour,
    choix: own.slice(0, perDay).map(({ prestation_id, debut, places }) => ({ prestation_id, debut, places })),
  }));
}
